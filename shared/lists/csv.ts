import { isUtf8 } from 'node:buffer';
import { type CsvRecord, readCsvRecords } from './csv-records.ts';
import { type Entry, listInvalid, type Place, toBad, toTooLarge } from './row.ts';

const MARK = '\ufeff';

/** The cells of each record, or what is wrong with it. Blank lines are passed over. */
export async function* readCsvCells(
  chunks: AsyncIterable<Uint8Array>,
  delimiter: string,
): AsyncGenerator<{ place: Place; length: number; cells: string[] | string | undefined }> {
  for await (const record of readCsvRecords(chunks, delimiter)) {
    const { line, byte, length } = record;
    if (length > 0) yield { place: { line, byte }, length, cells: cellsOf(record, delimiter) };
  }
}

/**
 * CSV with a header: each record is a row, an object of texts by the header's names (whose blanks at both ends go). A record with
 * more or fewer cells than the header is a bad row.
 * @throws SmallbatchError LIST_INVALID for a header that can't name the cells
 */
export async function* readCsv(chunks: AsyncIterable<Uint8Array>, delimiter: string): AsyncGenerator<Entry> {
  let names: readonly string[] | undefined;
  for await (const { place, length, cells } of readCsvCells(chunks, delimiter)) {
    if (!names) names = toNames(cells, place);
    else if (cells === undefined) yield toTooLarge(place, length);
    else yield toEntry(cells, names, place);
  }
}

/** As JSON. */
function toNames(cells: string[] | string | undefined, place: Place): string[] {
  if (!Array.isArray(cells)) throw listInvalid(place, `a header: ${cells ?? 'expected a shorter one'}`);
  const names = cells.map((cell) => cell.trim());
  const doubled = names.find((name, index) => names.indexOf(name) !== index);
  if (doubled !== undefined)
    throw listInvalid(
      place,
      `expected different names in the header, found ${JSON.stringify(doubled)} twice`,
    );
  return names.map((name) => JSON.stringify(name));
}

function toEntry(cells: string[] | string, names: readonly string[], place: Place): Entry {
  if (typeof cells === 'string') return toBad(place, cells);
  if (cells.length !== names.length)
    return toBad(place, `expected ${names.length} cells, found ${cells.length}`);
  // Written by hand: an object of JavaScript would put names that are numbers first.
  const members = names.map((name, index) => `${name}:${JSON.stringify(cells[index])}`);
  return { type: 'row', json: Buffer.from(`{${members.join(',')}}`), ...place };
}

/** Undefined when there are too many bytes to be held. */
function cellsOf({ bytes, length, isOpen }: CsvRecord, delimiter: string): string[] | string | undefined {
  if (!bytes) return undefined;
  if (isOpen) return `expected the quote to be closed, found the list's end after ${length} bytes`;
  if (!isUtf8(bytes)) return 'expected UTF-8, found other bytes';
  return toCells(toText(bytes), delimiter);
}

const toText = (bytes: Buffer): string => {
  const text = bytes.toString();
  return text.startsWith(MARK) ? text.slice(1) : text;
};

/** The cells of one record, or what is wrong with it. */
function toCells(text: string, delimiter: string): string[] | string {
  const cells: string[] = [];
  for (let at = 0; ; ) {
    const isQuoted = text[at] === '"';
    const end = isQuoted ? toClosing(text, at) + 1 : toEnd(text, at, delimiter);
    cells.push(isQuoted ? text.slice(at + 1, end - 1).replaceAll('""', '"') : text.slice(at, end));
    if (end >= text.length) return cells;
    if (text[end] !== delimiter)
      return `expected ${JSON.stringify(delimiter)} after the closing quote, found ${JSON.stringify(text[end])}`;
    at = end + 1;
  }
}

const toEnd = (text: string, from: number, delimiter: string): number => {
  const end = text.indexOf(delimiter, from);
  return end < 0 ? text.length : end;
};

/** Where the quote that opens at `from` is closed; the record is not open, so it is. */
function toClosing(text: string, from: number): number {
  let at = text.indexOf('"', from + 1);
  while (text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}
