import { COMMA, CR, hasMark, isBlank, LF, QUOTE, QUOTED_LINES_MAX } from './bytes.ts';

/** What is known after some bytes; offsets count from the first byte of all. */
interface State {
  /** Records that have ended. */
  records: number;
  /** Where the record that is open began. */
  openStart: number;
  /** Where the first record since the last `mark` began that did so after it, and its number from 0; -1 if none did. */
  firstStart: number;
  firstRecord: number;
  /** Where the quote that is open began, or -1. */
  quoteAt: number;
  quotedLines: number;
  /** The last byte was a CR, or, within quotes, a quote: what it means is known with the next byte. */
  isPending: boolean;
  /** Only blanks since the cell began. */
  isCellStart: boolean;
}

/**
 * Counts a table's records, chunk by chunk, without looking at their cells, by the rules of `RowScanner`: quotes open only at the start of a
 * cell, and one that stays open over 500 lines, or to the end, is text. As long as a quote is open over a chunk's end, the other
 * reading is carried on beside it. So nothing is ever read twice, and nothing is held.
 */
export class RecordCounter {
  #state: State = {
    records: 0,
    openStart: 0,
    firstStart: -1,
    firstRecord: -1,
    quoteAt: -1,
    quotedLines: 0,
    isPending: false,
    isCellStart: true,
  };
  /** How it would be if the open quote were text. */
  #other: RecordCounter | undefined;
  #offset = 0;

  get records(): number {
    return this.#state.records;
  }

  get isQuoted(): boolean {
    return this.#state.quoteAt >= 0;
  }

  /** The first record that began after the last `mark`, if that is known yet. */
  get first(): { readonly start: number; readonly record: number } | undefined {
    const { firstStart, firstRecord } = this.#state;
    return firstStart < 0 ? undefined : { start: firstStart, record: firstRecord };
  }

  mark(): void {
    this.#state.firstStart = -1;
  }

  scan(chunk: Uint8Array): void {
    this.#advance(chunk, 0, chunk.length);
    this.#offset += chunk.length;
  }

  /** After the last chunk: how many records there are. One without a line end counts as well, if it has a byte. */
  end(): number {
    if (this.isQuoted && !this.#state.isPending) this.#takeOther();
    if (this.#state.isPending && !this.isQuoted) this.#endRecord(this.#offset);
    const { records, openStart } = this.#state;
    return records + (this.#offset > openStart ? 1 : 0);
  }

  #advance(chunk: Uint8Array, from: number, to: number): void {
    this.#other?.scan(chunk);
    let at = from;
    while (at < to) at = this.isQuoted ? this.#quoted(chunk, at, to) : this.#plain(chunk, at, to);
    if (this.isQuoted && !this.#other) this.#openOther(chunk, to);
  }

  /** Returns where it stopped: at the end, or behind a quote that opened. */
  #plain(chunk: Uint8Array, from: number, to: number): number {
    const state = this.#state;
    let at = from;
    if (state.isPending) at = this.#endPending(chunk, at);
    let cellFrom = at;
    for (; at < to; at++) {
      const byte = chunk[at] as number;
      if (byte > QUOTE) continue;
      if (byte === LF || byte === CR) {
        at = this.#lineEnd(chunk, at, to);
        cellFrom = at + 1;
      } else if (byte === QUOTE && this.#isCellStart(chunk, cellFrom, at)) {
        state.quoteAt = this.#offset + at;
        state.quotedLines = 0;
        return at + 1;
      }
    }
    state.isCellStart = this.#isCellStart(chunk, cellFrom, to);
    return to;
  }

  /** A CR before this chunk has ended a record; an LF here belongs to it. */
  #endPending(chunk: Uint8Array, at: number): number {
    const next = chunk[at] === LF ? at + 1 : at;
    this.#state.isPending = false;
    this.#endRecord(this.#offset + next);
    return next;
  }

  /** Returns the last byte of the line end. */
  #lineEnd(chunk: Uint8Array, at: number, to: number): number {
    const isPair = chunk[at] === CR && at + 1 < to && chunk[at + 1] === LF;
    const last = isPair ? at + 1 : at;
    if (chunk[at] === CR && at + 1 === to) this.#state.isPending = true;
    else this.#endRecord(this.#offset + last + 1);
    return last;
  }

  #endRecord(nextStart: number): void {
    const state = this.#state;
    state.records += 1;
    state.openStart = nextStart;
    state.isCellStart = true;
    if (state.firstStart >= 0) return;
    state.firstStart = nextStart;
    state.firstRecord = state.records;
  }

  /** Are there only blanks (and a mark) between the cell's start and `at`? */
  #isCellStart(chunk: Uint8Array, from: number, at: number): boolean {
    let back = at - 1;
    while (back >= from && isBlank(chunk[back])) back--;
    if (back - 2 >= from && hasMark(chunk, back - 2)) back -= 3;
    if (back < from) return this.#state.isCellStart;
    return chunk[back] === COMMA;
  }

  #quoted(chunk: Uint8Array, from: number, to: number): number {
    if (!this.#state.isPending) return this.#withinQuotes(chunk, from, to);
    if (chunk[from] !== QUOTE) return this.#close(from);
    this.#state.isPending = false;
    return this.#withinQuotes(chunk, from + 1, to);
  }

  #withinQuotes(chunk: Uint8Array, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      if ((chunk[at] as number) > QUOTE) continue;
      const isQuote = chunk[at] === QUOTE;
      if (isQuote && this.#isClosing(chunk, at, to)) return this.#close(at + 1);
      if (!isQuote && this.#isOverLines(chunk, at, to)) return this.#giveUp(chunk, to);
      at += Number(isQuote); // a doubled one
    }
    return to;
  }

  /** At the chunk's end it is not known yet. */
  #isClosing(chunk: Uint8Array, at: number, to: number): boolean {
    this.#state.isPending = at + 1 === to;
    return at + 1 < to && chunk[at + 1] !== QUOTE;
  }

  #isOverLines(chunk: Uint8Array, at: number, to: number): boolean {
    if (isLineEnd(chunk, at, to)) this.#state.quotedLines += 1;
    return this.#state.quotedLines > QUOTED_LINES_MAX;
  }

  #close(at: number): number {
    this.#state.quoteAt = -1;
    this.#state.isPending = false;
    this.#state.isCellStart = false;
    this.#other = undefined;
    return at;
  }

  /** The quote was text. */
  #giveUp(chunk: Uint8Array, to: number): number {
    if (!this.#other) this.#openOther(chunk, to);
    this.#takeOther();
    return to;
  }

  #openOther(chunk: Uint8Array, to: number): void {
    const from = this.#state.quoteAt - this.#offset + 1;
    const other = new RecordCounter();
    other.#state = { ...this.#state, quoteAt: -1, quotedLines: 0, isPending: false, isCellStart: false };
    other.#offset = this.#offset;
    other.#advance(chunk, from, to);
    other.#offset += to;
    this.#other = other;
  }

  #takeOther(): void {
    const other = this.#other;
    if (!other) return;
    this.#state = other.#state;
    this.#other = other.#other;
  }
}

const isLineEnd = (chunk: Uint8Array, at: number, to: number): boolean =>
  chunk[at] === LF || (chunk[at] === CR && (at + 1 === to || chunk[at + 1] !== LF));
