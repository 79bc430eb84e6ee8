import { invalid } from '../package.ts';
import type { DocRange } from './fib.ts';

/** [MS-DOC] 2.9.38 and 2.9.178: the type bytes of the Clx' parts. */
const PIECE_TABLE = 0x02;
const PROPERTIES = 0x01;
const PIECE_BYTES = 8;
const COMPRESSED = 0x40000000;

/** A run of text as it lies in the file. */
export interface DocText {
  readonly text: string;
  /** Position of its first character in the document. */
  readonly position: number;
  /** Place of its first character in the stream. */
  readonly offset: number;
  /** Bytes of a character. */
  readonly step: 1 | 2;
}

/** The text of a range, in the order of the document: a piece table of n + 1 positions, then n pieces. */
export function* textOf(main: Buffer, pieces: Buffer, { from, to }: DocRange): Generator<DocText> {
  const count = Math.floor((pieces.length - 4) / (4 + PIECE_BYTES));
  for (let piece = 0; piece < count; piece++) {
    const start = pieces.readUInt32LE(piece * 4);
    const position = Math.max(start, from);
    const length = Math.min(pieces.readUInt32LE(piece * 4 + 4), to) - position;
    if (length <= 0) continue;
    const place = pieces.readUInt32LE((count + 1) * 4 + piece * PIECE_BYTES + 2);
    yield pieceText(main, place, { skipped: position - start, length, position });
  }
}

function pieceText(
  main: Buffer,
  place: number,
  { skipped, length, position }: { skipped: number; length: number; position: number },
): DocText {
  const isCompressed = (place & COMPRESSED) !== 0;
  const step = isCompressed ? 1 : 2;
  const offset = (isCompressed ? (place & ~COMPRESSED) / 2 : place) + skipped * step;
  const bytes = main.subarray(offset, offset + length * step);
  const text = isCompressed ? new TextDecoder('windows-1252').decode(bytes) : bytes.toString('utf16le');
  return { text, position, offset, step };
}

/** The piece table within the Clx, after the properties. */
export function pieceTable(clx: Buffer): Buffer {
  let at = 0;
  while (clx[at] === PROPERTIES) at += 3 + clx.readUInt16LE(at + 1);
  if (clx[at] !== PIECE_TABLE) throw invalid('no piece table');
  return clx.subarray(at + 5, at + 5 + clx.readUInt32LE(at + 1));
}
