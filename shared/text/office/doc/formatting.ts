import { sprms } from './sprms.ts';

/** [MS-DOC] 2.9: formatting lies in pages of the main stream (FKP), each a list of runs by their place in the stream. */
const PAGE_BYTES = 512;
/** Runs of one page. */
const COUNT_AT = 511;
/** A paragraph's entry has its offset and 12 bytes that say nothing here. */
const ENTRY_BYTES = { characters: 1, paragraphs: 13 } as const;
/** Pages of a document of 10,000 printed pages; a table that claims more lies. */
const MAX_PAGES = 200_000;

export interface ParagraphFormat {
  /** The style's number; 1 to 9 are Word's own headings ([MS-DOC] 2.9.271). */
  readonly style: number;
  readonly isInTable: boolean;
  readonly isRowEnd: boolean;
  readonly outline: number | undefined;
  /** Of a list's item. */
  readonly level: number | undefined;
}

export interface CharacterFormat {
  readonly bold: boolean;
  readonly italic: boolean;
  readonly strike: boolean;
  readonly isHidden: boolean;
}

/** A run and the place where the next begins. */
interface Run<Format> {
  readonly format: Format;
  readonly end: number;
}

const BODY: ParagraphFormat = {
  style: 0,
  isInTable: false,
  isRowEnd: false,
  outline: undefined,
  level: undefined,
};
const PLAIN: CharacterFormat = { bold: false, italic: false, strike: false, isHidden: false };

/** Finds the run at a place of the stream. */
export type RunsAt<Format> = (offset: number) => Run<Format>;

export function paragraphRuns(main: Buffer, table: Buffer): RunsAt<ParagraphFormat> {
  return runsOf(main, table, 'paragraphs', BODY, paragraphFormat);
}

export function characterRuns(main: Buffer, table: Buffer): RunsAt<CharacterFormat> {
  return runsOf(main, table, 'characters', PLAIN, characterFormat);
}

function runsOf<Format>(
  main: Buffer,
  table: Buffer,
  kind: keyof typeof ENTRY_BYTES,
  plain: Format,
  parse: (properties: Buffer) => Format,
): RunsAt<Format> {
  const starts: number[] = [];
  const formats: Format[] = [];
  const count = Math.min(Math.max(Math.floor((table.length - 4) / 8), 0), MAX_PAGES);
  let end = 0;
  for (let at = 0; at < count; at++) {
    const page = table.readUInt32LE((count + 1) * 4 + at * 4) * PAGE_BYTES;
    if (page + PAGE_BYTES > main.length) continue;
    end = readPage(main.subarray(page, page + PAGE_BYTES), ENTRY_BYTES[kind], (start, properties) => {
      starts.push(start);
      formats.push(properties === undefined ? plain : parse(properties));
    });
  }
  starts.push(end);
  return (offset) => {
    const at = lastAtOrBefore(starts, offset);
    return { format: formats[at] ?? plain, end: starts[at + 1] ?? Number.POSITIVE_INFINITY };
  };
}

/** Answers where the page's last run ends. */
function readPage(
  page: Buffer,
  entryBytes: number,
  add: (start: number, properties: Buffer | undefined) => void,
): number {
  const count = Math.min(page.readUInt8(COUNT_AT), Math.floor((COUNT_AT - 4) / (4 + entryBytes)));
  for (let run = 0; run < count; run++) {
    const offset = page.readUInt8((count + 1) * 4 + run * entryBytes) * 2;
    const size = offset === 0 ? 0 : page.readUInt8(offset);
    add(page.readUInt32LE(run * 4), offset === 0 ? undefined : propertiesAt(page, offset, size, entryBytes));
  }
  return page.readUInt32LE(count * 4);
}

/** A character's properties have their length in bytes, a paragraph's in words, or in the byte after a zero. */
function propertiesAt(page: Buffer, offset: number, size: number, entryBytes: number): Buffer {
  if (entryBytes === ENTRY_BYTES.characters) return page.subarray(offset + 1, offset + 1 + size);
  if (size > 0) return page.subarray(offset + 1, offset + size * 2);
  return page.subarray(offset + 2, offset + 2 + page.readUInt8(offset + 1) * 2);
}

function lastAtOrBefore(starts: readonly number[], offset: number): number {
  let low = -1;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low;
}

/** [MS-DOC] 2.6: the properties that matter here. */
const SPRM = {
  isInTable: 0x2416,
  isRowEnd: 0x2417,
  outline: 0x2640,
  level: 0x260a,
  list: 0x460b,
  isDeleted: 0x0800,
  bold: 0x0835,
  italic: 0x0836,
  strike: 0x0837,
  isHidden: 0x083c,
} as const;

/** A paragraph's properties begin with its style. */
function paragraphFormat(properties: Buffer): ParagraphFormat {
  if (properties.length < 2) return BODY;
  const values = sprms(properties.subarray(2));
  const outline = values.get(SPRM.outline);
  const isItem = (values.get(SPRM.list) ?? 0) !== 0;
  return {
    style: properties.readUInt16LE(0),
    isInTable: values.get(SPRM.isInTable) === 1,
    isRowEnd: values.get(SPRM.isRowEnd) === 1,
    outline: outline === undefined ? undefined : outline + 1,
    level: isItem ? (values.get(SPRM.level) ?? 0) : undefined,
  };
}

/** 1 is on; 0x81 is the opposite of the style, which is hardly ever bold or hidden itself. */
function characterFormat(properties: Buffer): CharacterFormat {
  const values = sprms(properties);
  const isOn = (code: number): boolean => [1, 0x81].includes(values.get(code) ?? 0);
  return {
    bold: isOn(SPRM.bold),
    italic: isOn(SPRM.italic),
    strike: isOn(SPRM.strike),
    isHidden: isOn(SPRM.isHidden) || isOn(SPRM.isDeleted),
  };
}
