import { HuffmanCode } from './huffman.ts';

/** What a literal or length symbol decodes to: `value << 4 | extra bits`; a literal is its byte. */
export const END_OF_BLOCK = 256;
export const LENGTH_FLAG = 512; // a length's value is this and its base
const INVALID = 1024; // symbols 286, 287 and distances 30, 31 take part in a code but may not appear

// RFC 1951, 3.2.5
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const MAX_LITERALS = 288;
const MAX_DISTANCES = 32;
// RFC 1951, 3.2.7
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LITERALS_LIMIT = 286;
const DISTANCES_LIMIT = 30;

const LITERAL_ENTRIES = Uint32Array.from({ length: MAX_LITERALS }, (_, symbol) => {
  if (symbol <= END_OF_BLOCK) return symbol << 4;
  const base = LENGTH_BASE[symbol - END_OF_BLOCK - 1];
  if (base === undefined) return INVALID << 4;
  return ((LENGTH_FLAG + base) << 4) | (LENGTH_EXTRA[symbol - END_OF_BLOCK - 1] ?? 0);
});

/** `base << 4 | extra bits`; a base of 0 may not appear. */
const DISTANCE_ENTRIES = Uint32Array.from({ length: MAX_DISTANCES }, (_, symbol) => {
  if (symbol >= DISTANCES_LIMIT) return 0;
  if (symbol < 4) return (symbol + 1) << 4;
  const extra = (symbol >> 1) - 1;
  return ((((2 + (symbol & 1)) << extra) + 1) << 4) | extra;
});
const PLAIN_ENTRIES = Uint32Array.from({ length: CODE_LENGTH_ORDER.length }, (_, symbol) => symbol);

export interface BitReader {
  /** The next `count` (≤ 16) bits. */
  bits(count: number): number;
  /** The next 15 bits, which stay. */
  peek(): number;
}

/** The two codes that a block's data is written in. */
export class BlockCodes {
  readonly literals = new HuffmanCode(MAX_LITERALS);
  readonly distances = new HuffmanCode(MAX_DISTANCES);
  readonly #codeLengths = new HuffmanCode(CODE_LENGTH_ORDER.length);
  readonly #lengths = new Uint8Array(LITERALS_LIMIT + DISTANCES_LIMIT);

  /** RFC 1951, 3.2.6. */
  static readonly fixed = BlockCodes.#buildFixed();

  static #buildFixed(): BlockCodes {
    const codes = new BlockCodes();
    const lengths = new Uint8Array(MAX_LITERALS).fill(8).fill(9, 144, 256).fill(7, 256, 280);
    codes.literals.build(lengths, LITERAL_ENTRIES);
    codes.distances.build(new Uint8Array(MAX_DISTANCES).fill(5), DISTANCE_ENTRIES);
    return codes;
  }

  /** Reads the codes of a dynamic block (RFC 1951, 3.2.7). Returns what is wrong with them. */
  readDynamic(reader: BitReader): string | undefined {
    const literals = reader.bits(5) + 257;
    const distances = reader.bits(5) + 1;
    if (literals > LITERALS_LIMIT || distances > DISTANCES_LIMIT) return 'too many symbols';
    const lengths = new Uint8Array(CODE_LENGTH_ORDER.length);
    const given = reader.bits(4) + 4;
    for (const symbol of CODE_LENGTH_ORDER.slice(0, given)) lengths[symbol] = reader.bits(3);
    const problem =
      this.#codeLengths.build(lengths, PLAIN_ENTRIES) ?? this.#readLengths(reader, literals + distances);
    if (problem !== undefined) return `${problem} of code lengths`;
    if (this.#lengths[END_OF_BLOCK] === 0) return 'no code for the end of the block';
    return (
      this.literals.build(this.#lengths.subarray(0, literals), LITERAL_ENTRIES) ??
      this.distances.build(this.#lengths.subarray(literals, literals + distances), DISTANCE_ENTRIES)
    );
  }

  #readLengths(reader: BitReader, count: number): string | undefined {
    let at = 0;
    while (at < count) {
      const found = this.#codeLengths.walk(reader.peek());
      if (found === 0) return 'a word without a meaning in the code';
      reader.bits(found & 15);
      const symbol = found >>> 4;
      if (symbol === 16 && at === 0) return 'nothing to repeat in the code';
      const times = timesOf(symbol, reader);
      if (at + times > count) return 'too many repeats in the code';
      this.#lengths.fill(toLength(symbol, this.#lengths[at - 1] ?? 0), at, at + times);
      at += times;
    }
    return undefined;
  }
}

/** Symbols below 16 are a length; 16 repeats the one before, 17 and 18 repeat 0. */
const toLength = (symbol: number, before: number): number =>
  symbol < 16 ? symbol : symbol === 16 ? before : 0;

function timesOf(symbol: number, reader: BitReader): number {
  if (symbol < 16) return 1;
  if (symbol === 16) return 3 + reader.bits(2);
  return symbol === 17 ? 3 + reader.bits(3) : 11 + reader.bits(7);
}
