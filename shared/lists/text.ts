import { isUtf8 } from 'node:buffer';
import { readLines } from './lines.ts';
import { type Entry, toBad, toTooLarge } from './row.ts';

/** Plain text: each line is a row, a JSON string. Empty lines are passed over. */
export async function* readTextLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  for await (const line of readLines(chunks)) {
    const { bytes, length } = line;
    if (!bytes) yield toTooLarge(line, length);
    else if (!isUtf8(bytes)) yield toBad(line, 'expected UTF-8, found other bytes');
    else if (length > 0) yield toRow(bytes, line);
  }
}

function toRow(bytes: Buffer, { line, byte }: { line: number; byte: number }): Entry {
  return { type: 'row', json: Buffer.from(JSON.stringify(bytes.toString())), line, byte };
}
