/** What file systems and zip programs on Windows write in place of characters that they refuse. */
const REFUSED = /[<>:"|?*]/g;

/**
 * Finds which members stand for the manifest's names where they are not spelled alike: exporters differ in whether they percent-encode
 * the manifest's names, and an archive that was unpacked and zipped again on Windows has `_` for `|`. An exact match always wins.
 */
export class NameMatch {
  readonly #listed: ReadonlySet<string>;
  readonly #lenient: ReadonlyMap<string, string>;
  readonly #present = new Set<string>();
  readonly #candidates = new Map<string, string>();

  constructor(listed: ReadonlySet<string>) {
    this.#listed = listed;
    this.#lenient = new Map([...listed].map((path) => [lenientName(path), path]));
  }

  addMember(name: string): void {
    if (this.#listed.has(name)) {
      this.#present.add(name);
      return;
    }
    const listed = this.#lenient.get(lenientName(name));
    if (listed !== undefined && !this.#candidates.has(listed)) this.#candidates.set(listed, name);
  }

  /** The manifest's name by the member's, for those that differ. */
  aliases(): Map<string, string> {
    const aliases = new Map<string, string>();
    for (const [listed, name] of this.#candidates) if (!this.#present.has(listed)) aliases.set(name, listed);
    return aliases;
  }
}

function lenientName(path: string): string {
  return decodedPath(path).replace(REFUSED, '_').normalize('NFC');
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}
