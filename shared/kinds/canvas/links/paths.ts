import { decoded } from './token.ts';

/** What file systems and zip programs on Windows write in place of characters that they refuse. */
const REFUSED = /[<>:"|?*]/g;

/** Two spellings of one path have the same: percent-encoded or not, NFC or NFD, refused characters replaced or not. */
export function lenientPath(path: string): string {
  return decoded(path).replace(REFUSED, '_').normalize('NFC');
}

/** Paths of a course, found also where a link spells them otherwise. An exact match always wins. */
export class PathIndex {
  readonly #exact = new Set<string>();
  readonly #lenient = new Map<string, string>();

  add(path: string): void {
    this.#exact.add(path);
    const key = lenientPath(path);
    if (!this.#lenient.has(key)) this.#lenient.set(key, path);
  }

  find(path: string): string | undefined {
    if (this.#exact.has(path)) return path;
    const found = this.#lenient.get(lenientPath(path));
    // forms write a blank as a plus sign
    return found ?? this.#lenient.get(lenientPath(path.replaceAll('+', ' ')));
  }
}

/** `a/../b/./c` is `b/c`; what climbs over the top stays there. */
export function normalizedPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** The folder of a path with a slash at its end; empty at the top. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** The link from one output to another, both relative to the results, percent-encoded. */
export function relativeLink(from: string, to: string): string {
  const source = from.split('/').slice(0, -1);
  const target = to.split('/');
  let shared = 0;
  while (shared < source.length && source[shared] === target[shared]) shared += 1;
  const up = source.slice(shared).map(() => '..');
  return [...up, ...target.slice(shared).map(encodeURIComponent)].join('/');
}
