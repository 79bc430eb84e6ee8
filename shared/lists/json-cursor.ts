import { ValueScan } from '../json/value-scan.ts';
import { listInvalid } from './row.ts';

const LF = 0x0a;
const SPACE = new Set([0x20, 0x09, LF, 0x0d]);

/** One value of a JSON document. */
export interface Found {
  readonly line: number;
  readonly byte: number;
  readonly length: number;
  /** Undefined when there are too many bytes to be held. */
  readonly bytes: Buffer | undefined;
}

/** Goes through a JSON document of any size from value to value, and knows at which line and byte it is. */
export class JsonCursor {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array();
  #at = 0;
  /** Of the chunk's first byte. */
  #offset = 0;
  /** Line ends before the chunk. */
  #lines = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next byte that is no white space (nor a mark at the start), as a character; '' at the end. It is not taken. */
  async peek(): Promise<string> {
    while (await this.#fill()) {
      const byte = this.#chunk[this.#at] ?? 0;
      const isMark = this.#offset + this.#at < 3 && byte >= 0xbb;
      if (!SPACE.has(byte) && !isMark) return String.fromCharCode(byte);
      this.#at++;
    }
    return '';
  }

  /** Takes the next mark, which has to be one of `expected`. @throws SmallbatchError LIST_INVALID */
  async take(expected: string): Promise<string> {
    const found = await this.peek();
    if (found === '' || !expected.includes(found)) throw this.#unexpected(`one of ${expected}`, found);
    this.#at++;
    return found;
  }

  /** Passes over one value, and keeps its bytes if there are at most `maxBytes`. @throws SmallbatchError LIST_INVALID */
  async value(maxBytes: number): Promise<Found> {
    const first = await this.peek();
    if (first === '' || ',:]}'.includes(first)) throw this.#unexpected('a value', first);
    const place = this.place();
    const scan = new ValueScan(this.#chunk[this.#at] ?? 0);
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of this.#pieces(scan)) {
      length += piece.length;
      if (length <= maxBytes) pieces.push(piece);
    }
    if (scan.isOpen) throw listInvalid(place, 'expected the value to end, found the end of the document');
    return { ...place, length, bytes: length <= maxBytes ? Buffer.concat(pieces) : undefined };
  }

  async *#pieces(scan: ValueScan): AsyncGenerator<Uint8Array> {
    for (let end: number | undefined; end === undefined && (await this.#fill()); ) {
      end = scan.end(this.#chunk, this.#at);
      const piece = this.#chunk.subarray(this.#at, end);
      this.#at += piece.length;
      yield piece;
    }
  }

  /** Where the next byte is. */
  place(): { line: number; byte: number } {
    return { line: 1 + this.#lines + countLines(this.#chunk, this.#at), byte: this.#offset + this.#at };
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #fill(): Promise<boolean> {
    while (this.#at >= this.#chunk.length) {
      const { value, done } = await this.#chunks.next();
      if (done) return false;
      this.#offset += this.#chunk.length;
      this.#lines += countLines(this.#chunk, this.#chunk.length);
      this.#chunk = value;
      this.#at = 0;
    }
    return true;
  }

  #unexpected(expected: string, found: string): Error {
    const what = found === '' ? 'the end of the document' : JSON.stringify(found);
    return listInvalid(this.place(), `expected ${expected}, found ${what}`);
  }
}

function countLines(chunk: Uint8Array, end: number): number {
  let lines = 0;
  for (let at = chunk.indexOf(LF); at >= 0 && at < end; at = chunk.indexOf(LF, at + 1)) lines++;
  return lines;
}
