/**
 * The files of outputs. An output's path comes from strangers and is a key of S3, which takes any characters and any two keys side by
 * side; file systems do not. So that a folder of results can be copied to any of them, names are the same on all.
 */
import { createHash } from 'node:crypto';
import { Fingerprints } from '../../shared/plan/fingerprints.ts';

/** ext4, APFS and NTFS take 255; the rest is room for what tells names apart, and for a name while it is written. */
const NAME_BYTES = 230;
/** An index's own object is what every web server for static files has for a folder. */
const INDEX = 'index.html';
/** What the command itself writes at the top. */
export const OWN_NAMES = ['manifest.jsonl', 'manifest.jsonl.new', 'file-names.jsonl'] as const;
/** What may be remembered of paths; two that differ in case beyond these are told apart by the file system alone. */
const PATHS_MAX = 10_000_000;

/** https://learn.microsoft.com/windows/win32/fileio/naming-a-file; and what shows a name's end before its middle. */
const REFUSED = /[<>:"|?*\\\p{Cc}\p{Cs}\p{Bidi_Control}]/gu;
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?= *(?:\.|$))/i;
const TRAILING = /[. ]+$/;

/** The names of one manifest's outputs: which files they are does not depend on their order. */
export class OutputNames {
  readonly #paths = new Fingerprints(1024, PATHS_MAX);
  /** As file systems compare names: files, files that more than one path would have, and folders. */
  readonly #files = new Fingerprints(1024, PATHS_MAX);
  readonly #shared = new Fingerprints(1024, PATHS_MAX);
  readonly #folders = new Fingerprints(1024, PATHS_MAX);

  constructor() {
    for (const name of OWN_NAMES) this.#files.add(name);
  }

  /** To be called for every path before `toFile` is for any. */
  see(path: string): void {
    if (this.#paths.has(path)) return;
    this.#paths.add(path);
    const segments = toSegments(path);
    const folded = fold(segments);
    if (this.#files.has(folded)) this.#shared.add(folded);
    this.#files.add(folded);
    for (let depth = 1; depth < segments.length; depth++) this.#folders.add(fold(segments.slice(0, depth)));
  }

  /** The file's path below the results' folder, segment by segment. */
  toFile(path: string): string[] {
    const segments = toSegments(path);
    const folded = fold(segments);
    if (!this.#shared.has(folded) && !this.#folders.has(folded)) return segments;
    return [...segments.slice(0, -1), marked(segments.at(-1) ?? '', path)];
  }
}

/** Is the file called otherwise than the output? */
export const isRenamed = (path: string, file: readonly string[]): boolean =>
  file.join('/') !== (path === '' || path.endsWith('/') ? `${path}${INDEX}` : path);

function toSegments(path: string): string[] {
  const segments = path.split('/');
  if (segments.at(-1) === '') segments[segments.length - 1] = INDEX;
  return segments.map(toName);
}

function toName(segment: string): string {
  const name = segment
    .replace(REFUSED, '_')
    .replace(TRAILING, (end) => '_'.repeat(end.length))
    .replace(RESERVED, '_$&');
  if (name === '') return '_';
  return Buffer.byteLength(name) > NAME_BYTES ? marked(name, segment) : name;
}

/** With eight digits of what it stands for before its extension, shortened where it must be. */
function marked(name: string, of: string): string {
  const [, stem = name, extension = ''] = /^(.+?)(\.[^.]{1,16})?$/su.exec(name) ?? [];
  const mark = `~${createHash('sha256').update(of).digest('hex').slice(0, 8)}${extension}`;
  const room = NAME_BYTES - Buffer.byteLength(mark);
  return `${cutBytes(stem, room)}${mark}`;
}

/** Not within a character. */
function cutBytes(text: string, bytes: number): string {
  let size = 0;
  let end = 0;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}

const fold = (segments: readonly string[]): string => segments.join('/').normalize('NFC').toLowerCase();
