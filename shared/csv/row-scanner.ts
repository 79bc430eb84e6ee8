import { COMMA, CR, hasMark, isBlank, LF, QUOTE, QUOTED_LINES_MAX, SPACE } from './bytes.ts';
import type { CellMark, RowBatch } from './row-batch.ts';

/** A record that is no row of the table. */
export interface OddRecord {
  readonly number: number;
  /** `blank`: nothing but blanks; `control`: nothing but them and control characters; `long`: over the limit. */
  readonly type: 'blank' | 'control' | 'long';
  readonly bytes: number;
}

export interface ScanProblems {
  odd(record: OddRecord): void;
  /** A quote was never closed, so it was read as text. */
  unclosed(record: number): void;
}

/** A record over this is left out and told of: it would have to be held whole. */
export const RECORD_BYTES_MAX = 16 * 1024 * 1024;
const SHORTEST_BUFFER = 256 * 1024;
/** In place of a closing quote's offset. */
const NOT_YET = -1;
const NEVER = -2;

/**
 * Cuts a table's bytes into rows and cells. RFC 4180, and what tables really look like: a quote opens only at the start of a cell (a mark and
 * blanks before it do not count), so `5" pipe` is text; what follows a closing quote belongs to the cell; a quote that stays open over 500
 * lines, or to the end, is text too. Records end with LF, CR LF or CR, in any mix.
 */
export class RowScanner {
  readonly #batch: RowBatch;
  readonly #problems: ScanProblems;
  #buffer: Buffer = Buffer.allocUnsafeSlow(SHORTEST_BUFFER);
  #at = 0;
  #end = 0;
  #isLast = false;
  #number: number;
  /** An open record is not looked at again before it is twice as long: that would take time by the square of its length. */
  #enough = 0;
  /** Of the record that is being cut. */
  #cell = 0;
  #escaped: number[] = [];
  #isUnclosed = false;
  #isQuoteOpen = false;
  /** Bytes of a record over the limit that are gone. */
  #longBytes = 0;

  /** `number`: of the first record. */
  constructor(batch: RowBatch, number: number, problems: ScanProblems) {
    this.#batch = batch;
    this.#number = number;
    this.#problems = problems;
  }

  /** Of the next record. */
  get number(): number {
    return this.#number;
  }

  /** More bytes; to be called when `scan` has nothing left. */
  push(chunk: Uint8Array): void {
    const rest = this.#end - this.#at;
    const needed = rest + chunk.length + 2;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, this.#at, this.#end);
      this.#buffer = larger;
    } else this.#buffer.copyWithin(0, this.#at, this.#end);
    this.#buffer.set(chunk, rest);
    this.#at = 0;
    this.#end = rest + chunk.length;
  }

  /** There are no more bytes; `scan` gives the last rows. */
  end(): void {
    this.#isLast = true;
  }

  /** Fills the batch with the next rows. True when it is full and there may be more without another `push`. */
  scan(): boolean {
    const batch = this.#batch;
    batch.clear();
    batch.bytes = this.#buffer;
    // a line end behind the end stops every loop
    this.#buffer[this.#end] = LF;
    while (this.#at < this.#end && !batch.isFull) {
      if (this.#end - this.#at < this.#enough && !this.#isLast) return false;
      const next = this.#record();
      if (next < 0) return this.#waitForMore();
      this.#at = next;
      this.#enough = 0;
      this.#number += 1;
    }
    return batch.isFull;
  }

  /** An open record of more than the limit: what is left of it is only looked through for its end. */
  #waitForMore(): false {
    const bytes = this.#end - this.#at;
    this.#enough = Math.min(bytes * 2, RECORD_BYTES_MAX + 1);
    if (bytes <= RECORD_BYTES_MAX) return false;
    this.#enough = 0;
    this.#longBytes += bytes - 3;
    // the last byte stays: it may be half of a line end, or of two quotes
    this.#at = this.#end - 3;
    this.#buffer[this.#at] = COMMA;
    this.#buffer[this.#at + 1] = this.#isQuoteOpen ? QUOTE : 0x78;
    return false;
  }

  /** Cuts one record; returns where the next begins, or -1 if its end is not here yet. */
  #record(): number {
    const { marks, rows, width, isOver } = this.#batch;
    const marked = marks.length;
    this.#cell = 0;
    this.#escaped.length = 0;
    this.#isUnclosed = false;
    isOver[rows] = 0;
    const end = this.#recordEnd(hasMark(this.#buffer, this.#at) ? this.#at + 3 : this.#at, rows * width);
    const next = end < 0 ? -1 : this.#nextStart(end);
    if (next >= 0) this.#finish(rows, end);
    else marks.length = marked;
    return next;
  }

  #recordEnd(from: number, base: number): number {
    let at = from - 1;
    do {
      at = this.#cellEnd(at + 1, base, this.#batch.width);
      if (at < 0 || (at >= this.#end && !this.#isLast)) return -1;
    } while (this.#buffer[at] === COMMA);
    return at;
  }

  #nextStart(at: number): number {
    if (this.#buffer[at] === LF || at >= this.#end) return at + 1;
    if (at + 1 === this.#end && !this.#isLast) return -1;
    return at + 1 < this.#end && this.#buffer[at + 1] === LF ? at + 2 : at + 1;
  }

  /** Takes the cell that begins at `from`; returns its delimiter, or -1 if that is not here yet. */
  #cellEnd(from: number, base: number, width: number): number {
    const buffer = this.#buffer;
    const first = buffer[from] as number;
    if (first <= QUOTE) {
      let open = from;
      while (isBlank(buffer[open])) open++;
      if (buffer[open] === QUOTE && open < this.#end) return this.#quoted(from, open, base, width);
    }
    let at = from;
    let byte = first;
    while (byte > COMMA || (byte !== COMMA && byte !== LF && byte !== CR)) byte = buffer[++at] as number;
    this.#take(from, at, base, width);
    return at;
  }

  #take(from: number, to: number, base: number, width: number): void {
    const cell = this.#cell++;
    let start = from;
    let end = to;
    if (
      start < end &&
      ((this.#buffer[start] as number) <= SPACE || (this.#buffer[end - 1] as number) <= SPACE)
    ) {
      ({ start, end } = trimmed(this.#buffer, from, to));
      if (cell < width && end > start) this.#mark(cell, 'trimmed');
    }
    if (cell < width) {
      this.#batch.starts[base + cell] = start;
      this.#batch.ends[base + cell] = end;
    } else if (end > start) this.#batch.isOver[this.#batch.rows] = 1;
  }

  #mark(column: number, type: CellMark['type']): void {
    if (column < this.#batch.width) this.#batch.marks.push({ row: this.#batch.rows, column, type });
  }

  #quoted(from: number, open: number, base: number, width: number): number {
    const buffer = this.#buffer;
    const { close, lines, isEscaped } = this.#closingQuote(open);
    if (close === NOT_YET) return -1;
    if (close === NEVER) return this.#asText(from, base, width);
    let at = close + 1;
    while (!isDelimiter(buffer[at] as number)) at++;
    if (lines > 0) this.#mark(this.#cell, 'newline');
    if (isEscaped || !isAllBlank(buffer, close + 1, at)) this.#escaped.push(this.#cell, open, close, at);
    this.#take(open + 1, close, base, width);
    return at;
  }

  /** Where the quote closes that opens at `open`, and what is between. */
  #closingQuote(open: number): { close: number; lines: number; isEscaped: boolean } {
    const buffer = this.#buffer;
    let at = open + 1;
    let lines = 0;
    let isEscaped = false;
    for (;;) {
      const quote = buffer.indexOf(QUOTE, at);
      const to = quote < 0 || quote >= this.#end ? this.#end : quote;
      lines += countLines(buffer, at, to);
      const close = this.#judge(to, lines);
      if (close < 0 || buffer[to + 1] !== QUOTE || to + 1 >= this.#end) return { close, lines, isEscaped };
      at = to + 2;
      isEscaped = true;
    }
  }

  /** A quote, or the end of the bytes, at `to`. */
  #judge(to: number, lines: number): number {
    const isEnd = to === this.#end;
    if (lines > QUOTED_LINES_MAX || (isEnd && this.#isLast)) return NEVER;
    this.#isQuoteOpen = isEnd || (to + 1 === this.#end && !this.#isLast);
    return this.#isQuoteOpen ? NOT_YET : to;
  }

  #asText(from: number, base: number, width: number): number {
    const buffer = this.#buffer;
    let at = from;
    while (!isDelimiter(buffer[at] as number)) at++;
    this.#isUnclosed = true;
    this.#take(from, at, base, width);
    return at;
  }

  /** The record is whole: it becomes a row, or something odd. */
  #finish(row: number, end: number): void {
    const batch = this.#batch;
    if (this.#isUnclosed) this.#problems.unclosed(this.#number);
    if (
      this.#longBytes > 0 ||
      (this.#cell === 1 && batch.starts[row * batch.width] === batch.ends[row * batch.width])
    ) {
      this.#oddRecord(end);
      return;
    }
    for (let index = 0; index < this.#escaped.length; index += 4) this.#unescape(row, index);
    for (let cell = this.#cell; cell < batch.width; cell++) {
      batch.starts[row * batch.width + cell] = 0;
      batch.ends[row * batch.width + cell] = 0;
    }
    batch.cells[row] = this.#cell;
    batch.numbers[row] = this.#number;
    batch.rows += 1;
  }

  #oddRecord(end: number): void {
    const marks = this.#batch.marks;
    while (marks.at(-1)?.row === this.#batch.rows) marks.pop();
    const bytes = this.#longBytes + end - this.#at;
    const type = this.#longBytes > 0 ? 'long' : isAllBlank(this.#buffer, this.#at, end) ? 'blank' : 'control';
    this.#longBytes = 0;
    if (bytes > 0) this.#problems.odd({ number: this.#number, type, bytes });
  }

  /** Halves doubled quotes and joins what follows the closing one, in place: the cell's text gets no longer. */
  #unescape(row: number, index: number): void {
    const [cell = 0, open = 0, close = 0, end = 0] = this.#escaped.slice(index, index + 4);
    if (cell >= this.#batch.width) return;
    const buffer = this.#buffer;
    let to = open + 1;
    for (let from = open + 1; from < close; from++) {
      buffer[to++] = buffer[from] as number;
      if (buffer[from] === QUOTE) from++;
    }
    for (let from = close + 1; from < end; from++) buffer[to++] = buffer[from] as number;
    const { start, end: stop } = trimmed(buffer, open + 1, to);
    this.#batch.starts[row * this.#batch.width + cell] = start;
    this.#batch.ends[row * this.#batch.width + cell] = stop;
  }
}

/** Blanks and control characters (a NUL, a DOS end-of-file mark) at a cell's ends are no part of its value. */
const isTrimmed = (byte: number): boolean => byte <= SPACE;

function trimmed(buffer: Uint8Array, from: number, to: number): { start: number; end: number } {
  let start = from;
  let end = to;
  while (start < end && isTrimmed(buffer[start] as number)) start++;
  while (end > start && isTrimmed(buffer[end - 1] as number)) end--;
  return { start, end };
}

const isDelimiter = (byte: number): boolean => byte === COMMA || byte === LF || byte === CR;

function countLines(buffer: Uint8Array, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at < to; at++) {
    const byte = buffer[at];
    if (byte === LF || (byte === CR && buffer[at + 1] !== LF)) lines++;
  }
  return lines;
}

function isAllBlank(buffer: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!isBlank(buffer[at])) return false;
  return true;
}
