import { isUtf8 } from 'node:buffer';
import { type FileEntry, type FileListEntry, isSha256, isSize } from './file-entry.ts';
import { type Line, readLines } from './lines.ts';
import { listInvalid, toBad } from './row.ts';

/** A list of which none of the first lines is right is something else. */
const WRONG_LINES_MAX = 20;
const LINE_BYTES_MAX = 16 * 1024;

/** A line of a manifest as it is read: a file, or what is wrong with it. */
type Parse = (text: string) => Omit<FileEntry, 'type' | 'line' | 'byte'> | string;

/**
 * `name,sha256,size` a line: Pulp's file plugin writes and reads it. A name may have commas: the last two count. Blanks around
 * the parts go, digests may be in upper case.
 */
export const readPulpManifest = (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FileListEntry> =>
  readManifestLines(chunks, parsePulpLine, 'name,sha256,size');

/** `sha256  name` a line, as `sha256sum` writes it (and `sha256 *name` for binary). */
export const readChecksums = (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FileListEntry> =>
  readManifestLines(chunks, parseChecksumLine, '<sha256>  <name>');

function parsePulpLine(text: string): ReturnType<Parse> {
  const [, name = '', sha256 = '', size = ''] =
    /^(.*),([^,]*),([^,]*)$/.exec(text)?.map((part) => part.trim()) ?? [];
  if (!isSha256(sha256) || !isSize(size)) return 'is not name,sha256,size';
  return { name, sha256: sha256.toLowerCase(), size: Number(size) };
}

function parseChecksumLine(text: string): ReturnType<Parse> {
  const [, sha256 = '', name = ''] = /^([0-9a-fA-F]{64})[ \t]+\*?(.+)$/.exec(text) ?? [];
  return name === '' ? 'is not <sha256>  <name>' : { name, sha256: sha256.toLowerCase() };
}

/** @throws SmallbatchError LIST_INVALID when the first lines are all wrong */
async function* readManifestLines(
  chunks: AsyncIterable<Uint8Array>,
  parse: Parse,
  form: string,
): AsyncGenerator<FileListEntry> {
  const held: { line: Line; entry: FileListEntry }[] = [];
  let isManifest = false;
  for await (const line of readLines(chunks, LINE_BYTES_MAX)) {
    const entry = toEntry(line, parse);
    if (!entry) continue;
    isManifest ||= entry.type === 'file';
    held.push({ line, entry });
    if (!isManifest && held.length < WRONG_LINES_MAX) continue;
    yield* takeAll(held, isManifest, form);
  }
  yield* takeAll(held, isManifest, form);
}

/** The entries that were held back until one of them was right. */
function takeAll(
  held: { line: Line; entry: FileListEntry }[],
  isManifest: boolean,
  form: string,
): FileListEntry[] {
  const [first] = held;
  if (first && !isManifest) throw toNoManifest(first.line, form);
  return held.splice(0).map(({ entry }) => entry);
}

function toEntry(line: Line, parse: Parse): FileListEntry | undefined {
  const { bytes } = line;
  if (!bytes) return toBad(line, `expected a line of at most ${LINE_BYTES_MAX} bytes, found ${line.length}`);
  if (!isUtf8(bytes)) return toBad(line, 'expected UTF-8, found other bytes');
  const text = bytes.toString();
  if (text.trim() === '') return undefined;
  const parsed = parse(text);
  if (typeof parsed === 'string') return toBad(line, `${parsed}: ${JSON.stringify(text.slice(0, 80))}`);
  return { type: 'file', line: line.line, byte: line.byte, ...parsed };
}

function toNoManifest({ line, byte, bytes }: Line, form: string): Error {
  const place = { line, byte };
  return listInvalid(place, `the list is not ${form}; it looks like ${toLooks(bytes?.toString() ?? '')}`);
}

/** What people and servers leave in a manifest's place. */
function toLooks(first: string): string {
  if (/^\s*<(!doctype html|html)/i.test(first)) return 'HTML';
  if (/^\s*</.test(first)) return 'XML';
  if (/^\s*[[{]/.test(first)) return 'JSON';
  return /^(---|[\w.-]+:(\s|$))/.test(first) ? 'YAML' : 'text';
}
