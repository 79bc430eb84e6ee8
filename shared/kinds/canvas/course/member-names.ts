import type { ZipArchive } from '../../../zip/archive.ts';
import { MANIFEST } from '../facts.ts';
import { lenientPath } from '../links/paths.ts';

/**
 * The course's names for the archive's members. A course may lie in a folder of its archive. And exporters differ in whether they percent-encode
 * the manifest's names, and an archive that was unpacked and zipped again on Windows has `_` for `|`: an exact match always wins.
 */
export class MemberNames {
  /** The folder that the whole course lies in, with its slash; usually empty. */
  readonly root: string;
  #aliases: ReadonlyMap<string, string> = new Map();
  #spellings: ReadonlyMap<string, string> = new Map();
  #missing: ReadonlySet<string> = new Set();

  constructor(root: string) {
    this.root = root;
  }

  /** Looks for the manifest: at the top, or else at the top of the only folder that has one. */
  static async of(archive: ZipArchive): Promise<MemberNames> {
    const roots = new Set<string>();
    for await (const name of memberNames(archive))
      if (name === MANIFEST || name.endsWith(`/${MANIFEST}`)) roots.add(name.slice(0, -MANIFEST.length));
    const [only = ''] = roots;
    return new MemberNames(roots.size === 1 ? only : '');
  }

  /** Finds the members that the manifest spells otherwise. */
  async match(archive: ZipArchive, listed: ReadonlySet<string>): Promise<void> {
    const lenient = new Map([...listed].map((path) => [lenientPath(path), path]));
    const present = new Set<string>();
    const candidates = new Map<string, string>();
    for await (const name of memberNames(archive)) {
      const own = this.unrooted(name);
      const found = lenient.get(lenientPath(own));
      if (listed.has(own)) present.add(own);
      else if (found !== undefined && !candidates.has(found)) candidates.set(found, own);
    }
    const spelled = [...candidates].filter(([path]) => !present.has(path));
    this.#missing = new Set([...listed].filter((path) => !present.has(path) && !candidates.has(path)));
    this.#spellings = new Map(spelled);
    this.#aliases = new Map(spelled.map(([path, name]) => [name, path]));
  }

  /** Names that the archive has no member for. */
  get missing(): ReadonlySet<string> {
    return this.#missing;
  }

  /** What the course calls a member. */
  listed(name: string): string {
    const own = this.unrooted(name);
    return this.#aliases.get(own) ?? own;
  }

  /** How the archive spells what the course calls so, below the course's own folder. */
  spelled(listed: string): string {
    return this.#spellings.get(listed) ?? listed;
  }

  /** The member's name below the course's own folder. */
  unrooted(name: string): string {
    return name.startsWith(this.root) ? name.slice(this.root.length) : name;
  }
}

async function* memberNames(archive: ZipArchive): AsyncGenerator<string> {
  for await (const entry of archive.entries()) if (entry.type === 'member') yield entry.member.name;
}
