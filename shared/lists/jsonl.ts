import { isUtf8 } from 'node:buffer';
import { type Line, readLines } from './lines.ts';
import { type Entry, type Place, toBad, toTooLarge } from './row.ts';

/** JSON's white space (RFC 8259, 2). */
const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const EXCERPT_CHARS = 40;

/**
 * JSON lines: any JSON value is a row, and stays the bytes that it is. Blank lines are passed over. `isPlain`: the bytes are
 * those of the source, so that rows can be read from it again.
 */
export async function* readJsonLines(
  chunks: AsyncIterable<Uint8Array>,
  isPlain: boolean,
): AsyncGenerator<Entry> {
  for await (const line of readLines(chunks)) {
    const entry = toEntry(line, isPlain);
    if (entry) yield entry;
  }
}

function toEntry({ bytes, length, ...place }: Line, isPlain: boolean): Entry | undefined {
  if (!bytes) return { ...toTooLarge(place, length), isPlain };
  const [start, end] = trim(bytes);
  if (start === end) return undefined;
  const row = toJsonRow(bytes.subarray(start, end), { line: place.line, byte: place.byte + start });
  return row.type === 'row' ? { ...row, isPlain } : row;
}

/** A row of bytes that should be one JSON value. */
export function toJsonRow(json: Buffer, place: Place): Entry {
  if (!isUtf8(json)) return toBad(place, 'expected UTF-8, found other bytes');
  const text = json.toString();
  try {
    JSON.parse(text);
    return { type: 'row', json, ...place };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const excerpt = JSON.stringify(text.slice(0, EXCERPT_CHARS));
    return toBad(place, `expected JSON, found ${excerpt}${text.length > EXCERPT_CHARS ? '…' : ''}`);
  }
}

function trim(bytes: Buffer): [number, number] {
  let start = 0;
  let end = bytes.length;
  while (start < end && SPACE.has(bytes[start] ?? 0)) start++;
  while (end > start && SPACE.has(bytes[end - 1] ?? 0)) end--;
  return [start, end];
}
