import { ROW_BYTES_MAX } from './row.ts';

const LF = 0x0a;
const CR = 0x0d;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** One line, without its end and a byte order mark. */
export interface Line {
  /** From 1. */
  readonly line: number;
  /** Of its first byte, from 0. */
  readonly byte: number;
  /** Undefined when there are too many to be held. */
  readonly bytes: Buffer | undefined;
  readonly length: number;
}

/** Splits at `\n` alone (a `\r` before it goes, too); lines without a byte in them are counted and passed over. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes = ROW_BYTES_MAX,
): AsyncGenerator<Line> {
  const open = new OpenLine(maxBytes);
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      open.add(chunk.subarray(start, end));
      const line = open.close();
      if (line.length > 0) yield line;
      start = end + 1;
    }
    open.add(chunk.subarray(start));
  }
  const last = open.close();
  if (last.length > 0) yield last;
}

/** The line at work, over any number of chunks. */
class OpenLine {
  readonly #maxBytes: number;
  #pieces: Uint8Array[] = [];
  #length = 0;
  #line = 1;
  #byte = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > this.#maxBytes) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(piece);
  }

  close(): Line {
    const isHeld = this.#length <= this.#maxBytes;
    const whole = isHeld ? toBuffer(this.#pieces) : undefined;
    const mark = this.#line === 1 && whole?.subarray(0, 3).equals(BOM) ? 3 : 0;
    const end = whole?.at(-1) === CR ? whole.length - 1 : this.#length;
    const bytes = whole?.subarray(mark, end);
    const line = { line: this.#line, byte: this.#byte + mark, bytes, length: bytes?.length ?? this.#length };
    this.#line++;
    this.#byte += this.#length + 1;
    this.#pieces = [];
    this.#length = 0;
    return line;
  }
}

/** Most lines lie within one chunk and are not copied. */
function toBuffer(pieces: readonly Uint8Array[]): Buffer {
  const [first = new Uint8Array(), ...others] = pieces;
  if (others.length > 0) return Buffer.concat(pieces);
  return Buffer.from(first.buffer, first.byteOffset, first.length);
}
