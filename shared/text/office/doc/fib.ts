import { SmallbatchError } from '../../../errors.ts';
import { invalid } from '../package.ts';

/** [MS-DOC] 2.5: the File Information Block's fixed places in the stream WordDocument. */
const MAGIC = 0xa5ec;
const MAGIC_AT = 0;
const FLAGS_AT = 0x0a;
const ENCRYPTED = 0x0100;
const WHICH_TABLE = 0x0200;
const MIN_BYTES = 0x200;
/** Lengths of the parts in characters (FibRgLw97), in the order in which their text follows each other. */
const PARTS_AT = {
  main: 0x4c,
  footnotes: 0x50,
  headers: 0x54,
  macros: 0x58,
  comments: 0x5c,
  endnotes: 0x60,
  boxes: 0x64,
};
/** Where in the table stream each structure lies (FibRgFcLcb97): its start, then its length. */
const TABLES_AT = {
  footnoteMarks: 0xaa,
  characters: 0xfa,
  paragraphs: 0x102,
  pieces: 0x1a2,
  endnoteMarks: 0x20a,
};

export type DocPart = keyof typeof PARTS_AT;
export type DocTable = keyof typeof TABLES_AT;

/** The document's text as a range of character positions. */
export interface DocRange {
  readonly from: number;
  readonly to: number;
}

/** What the header says. */
export interface DocHeader {
  /** The name of the table stream. */
  readonly table: '0Table' | '1Table';
  range(part: DocPart): DocRange;
  /** A structure of the table stream. */
  place(name: DocTable): { readonly start: number; readonly length: number };
}

/** Throws TEXT_INVALID where it is no Word 97 document, or needs a password. */
export function readFib(main: Buffer): DocHeader {
  if (main.length < MIN_BYTES || main.readUInt16LE(MAGIC_AT) !== MAGIC) throw invalid('no Word 97 document');
  const flags = main.readUInt16LE(FLAGS_AT);
  if ((flags & ENCRYPTED) !== 0) throw needsPassword('Word document');
  return {
    table: (flags & WHICH_TABLE) === 0 ? '0Table' : '1Table',
    range: (part) => rangeOf(main, part),
    place: (name) => ({
      start: main.readUInt32LE(TABLES_AT[name]),
      length: main.readUInt32LE(TABLES_AT[name] + 4),
    }),
  };
}

function rangeOf(main: Buffer, part: DocPart): DocRange {
  let from = 0;
  for (const [name, at] of Object.entries(PARTS_AT)) {
    const length = main.readUInt32LE(at);
    if (name === part) return { from, to: from + length };
    from += length;
  }
  return { from, to: from };
}

export function needsPassword(what: string): SmallbatchError {
  return new SmallbatchError(
    'TEXT_INVALID',
    `the ${what} needs a password; remove it and upload the file again`,
  );
}
