import { SmallbatchError } from '../../errors.ts';
import type { RangeSource } from '../../range-source.ts';
import { tidyText } from '../tidy.ts';
import { type CompoundFile, openCompoundFile } from './cfb.ts';
import { invalid } from './package.ts';

/** [MS-DOC] 2.5.1: the File Information Block's fixed places. */
const FIB = { magic: 0xa5ec, flags: 0x0a, ccpText: 0x4c, fcClx: 0x1a2, lcbClx: 0x1a6 } as const;
const ENCRYPTED = 0x0100;
const WHICH_TABLE = 0x0200;
/** [MS-DOC] 2.9.178: the type byte of the piece table within the Clx. */
const PIECE_TABLE = 0x02;
const PROPERTIES = 0x01;
const PIECE_BYTES = 8;
const COMPRESSED = 0x40000000;

/**
 * The text of a Word 97 to 2003 document, by its piece table: paragraphs, table rows as `a | b`, fields as what they show. Throws
 * TEXT_INVALID where it is none, or is encrypted.
 */
export function docText(source: RangeSource): AsyncIterable<string> {
  return tidyText(rawText(source));
}

async function* rawText(source: RangeSource): AsyncGenerator<string> {
  const file = await openCompoundFile(source);
  const main = await file.stream('WordDocument');
  if (main.length < 0x200 || main.readUInt16LE(0) !== FIB.magic) throw invalid('no Word 97 document');
  const flags = main.readUInt16LE(FIB.flags);
  if ((flags & ENCRYPTED) !== 0)
    throw new SmallbatchError(
      'TEXT_INVALID',
      'the Word document needs a password; remove it and upload the file again',
    );
  const clean = fieldCleaner();
  for (const text of pieces(main, await clxOf(file, main, flags))) yield clean(text);
  yield '\n';
}

async function clxOf(file: CompoundFile, main: Buffer, flags: number): Promise<Buffer> {
  const table = await file.stream((flags & WHICH_TABLE) === 0 ? '0Table' : '1Table');
  const start = main.readUInt32LE(FIB.fcClx);
  const clx = table.subarray(start, start + main.readUInt32LE(FIB.lcbClx));
  let at = 0;
  while (clx[at] === PROPERTIES) at += 3 + clx.readUInt16LE(at + 1);
  if (clx[at] !== PIECE_TABLE) throw invalid('no piece table');
  return clx.subarray(at + 5, at + 5 + clx.readUInt32LE(at + 1));
}

/** n + 1 character positions, then n pieces; only the main text (its length is in the header), not the notes after it. */
function* pieces(main: Buffer, plc: Buffer): Generator<string> {
  const count = Math.floor((plc.length - 4) / (4 + PIECE_BYTES));
  const total = main.readUInt32LE(FIB.ccpText);
  for (let piece = 0; piece < count; piece++) {
    const from = plc.readUInt32LE(piece * 4);
    const to = Math.min(plc.readUInt32LE(piece * 4 + 4), total);
    if (to <= from) continue;
    const place = plc.readUInt32LE((count + 1) * 4 + piece * PIECE_BYTES + 2);
    yield pieceText(main, place, to - from);
  }
}

function pieceText(main: Buffer, place: number, chars: number): string {
  const isCompressed = (place & COMPRESSED) !== 0;
  const start = isCompressed ? (place & ~COMPRESSED) / 2 : place;
  const bytes = main.subarray(start, start + chars * (isCompressed ? 1 : 2));
  return isCompressed ? new TextDecoder('windows-1252').decode(bytes) : bytes.toString('utf16le');
}

const MARKS: ReadonlyMap<string, string> = new Map([
  ['\r', '\n\n'],
  ['\x07', ' | '],
  ['\x0b', '\n'],
  ['\x0c', '\n\n'],
  ['\x0e', '\n\n'],
  ['\x1e', '‑'],
  ['\t', ' '],
]);

/** A field is `0x13 code 0x14 shown 0x15`, and fields nest: the code is dropped. Other control characters stand for pictures and notes. */
function fieldCleaner(): (text: string) => string {
  /** For every open field: are we still in its code? */
  const fields: boolean[] = [];
  const follow = (char: string): string => {
    switch (char) {
      case '\x13':
        fields.push(true);
        return '';
      case '\x14':
        if (fields.length > 0) fields[fields.length - 1] = false;
        return '';
      case '\x15':
        fields.pop();
        return '';
      default:
        return fields.includes(true) ? '' : shown(char);
    }
  };
  return (text) => Array.from(text, follow).join('');
}

function shown(char: string): string {
  return MARKS.get(char) ?? (char < ' ' ? '' : char);
}
