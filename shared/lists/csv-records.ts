import { ROW_BYTES_MAX } from './row.ts';

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** One record of a table of text, without its line end. */
export interface CsvRecord {
  /** Its first line, from 1; it may go on over several. */
  readonly line: number;
  /** Of its first byte, from 0. */
  readonly byte: number;
  /** Undefined when there are too many to be held. */
  readonly bytes: Buffer | undefined;
  readonly length: number;
  /** Its last quote is not closed: the list ends within it. */
  readonly isOpen: boolean;
}

/**
 * Cuts CSV into records by RFC 4180: they end with LF or CR LF outside of quotes; a quote opens only at the start of a cell, and a
 * doubled one within quotes is one quote. The tables of `shared/csv` are cut otherwise: there blanks go, and no place is kept.
 */
export async function* readCsvRecords(
  chunks: AsyncIterable<Uint8Array>,
  delimiter: string,
  maxBytes = ROW_BYTES_MAX,
): AsyncGenerator<CsvRecord> {
  const cutter = new Cutter(delimiter.charCodeAt(0), maxBytes);
  for await (const chunk of chunks) yield* cutter.cut(chunk);
  yield* cutter.end();
}

/** What the next byte is in. `closing`: a quote within quotes, which ends them or is doubled. */
type State = 'cellStart' | 'plain' | 'quoted' | 'closing';

class Cutter {
  readonly #delimiter: number;
  readonly #maxBytes: number;
  #state: State = 'cellStart';
  #pieces: Uint8Array[] = [];
  #length = 0;
  #byte = 0;
  /** Of the record, and of the byte at hand. */
  #line = 1;
  #lineNow = 1;

  constructor(delimiter: number, maxBytes: number) {
    this.#delimiter = delimiter;
    this.#maxBytes = maxBytes;
  }

  *cut(chunk: Uint8Array): Generator<CsvRecord> {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === LF) this.#lineNow++;
      if (byte === LF && this.#state !== 'quoted') {
        this.#add(chunk.subarray(start, at));
        yield this.#close();
        start = at + 1;
      } else this.#state = this.#next(byte);
    }
    this.#add(chunk.subarray(start));
  }

  *end(): Generator<CsvRecord> {
    if (this.#length > 0) yield this.#close();
  }

  #next(byte: number): State {
    if (this.#state === 'quoted') return byte === QUOTE ? 'closing' : 'quoted';
    if (byte === QUOTE && this.#state !== 'plain') return 'quoted';
    if (this.#state === 'cellStart' && this.#isInMark(byte)) return 'cellStart';
    return byte === this.#delimiter ? 'cellStart' : 'plain';
  }

  /** A byte order mark stands before the first cell. */
  #isInMark(byte: number): boolean {
    return this.#line === 1 && this.#byte === 0 && byte >= 0xbb;
  }

  #add(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > this.#maxBytes) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(piece);
  }

  #close(): CsvRecord {
    const whole = this.#length <= this.#maxBytes ? Buffer.concat(this.#pieces) : undefined;
    const bytes = whole?.at(-1) === CR ? whole.subarray(0, -1) : whole;
    const [line, byte, length] = [this.#line, this.#byte, bytes?.length ?? this.#length];
    const isOpen = this.#state === 'quoted';
    this.#byte += this.#length + 1;
    this.#line = this.#lineNow;
    this.#state = 'cellStart';
    this.#pieces = [];
    this.#length = 0;
    return { line, byte, bytes, length, isOpen };
  }
}
