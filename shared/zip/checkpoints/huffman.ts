/** Codes of at most this many bits are found by one look-up; longer ones are rare and are walked bit by bit. */
const PRIMARY_BITS = 10;
const PRIMARY_SIZE = 1 << PRIMARY_BITS;
export const PRIMARY_MASK = PRIMARY_SIZE - 1;
const MAX_BITS = 15; // RFC 1951, 3.2.7

/** A Huffman code of a deflate block, ready to decode. */
export class HuffmanCode {
  /** By the next 10 bits: `entry << 4 | length`; 0 where the code is longer, or none. */
  readonly primary = new Uint32Array(PRIMARY_SIZE);
  readonly #counts = new Uint16Array(MAX_BITS + 1);
  readonly #entries: Uint32Array;

  constructor(symbols: number) {
    this.#entries = new Uint32Array(symbols);
  }

  /**
   * Takes the code lengths of a block; `entryOf` says what a symbol decodes to. Returns what is wrong with them, by zlib's rules:
   * no code may be over-subscribed, and only a code of a single one-bit word may be incomplete.
   */
  build(lengths: Uint8Array, entryOf: Uint32Array): string | undefined {
    const counts = this.#counts.fill(0);
    for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
    const left = freeWords(counts);
    if (left < 0) return 'an over-subscribed code';
    const words = lengths.length - (counts[0] ?? 0);
    if (left > 0 && words > 0 && !(words === 1 && counts[1] === 1)) return 'an incomplete code';
    counts[0] = 0;
    this.#place(lengths, entryOf);
    return undefined;
  }

  /** Words of one length follow each other in the order of their symbols (RFC 1951, 3.2.2). */
  #place(lengths: Uint8Array, entryOf: Uint32Array): void {
    const { words, indexes } = firsts(this.#counts);
    this.primary.fill(0);
    for (const [symbol, bits] of lengths.entries()) {
      if (bits === 0) continue;
      const entry = entryOf[symbol] as number;
      const word = words[bits] as number;
      this.#entries[indexes[bits] as number] = entry;
      indexes[bits] = (indexes[bits] as number) + 1;
      words[bits] = word + 1;
      if (bits <= PRIMARY_BITS) this.#fill(reverse(word, bits), bits, (entry << 4) | bits);
    }
  }

  #fill(from: number, bits: number, value: number): void {
    for (let slot = from; slot < PRIMARY_SIZE; slot += 1 << bits) this.primary[slot] = value;
  }

  /** A code of any length, from the next 15 bits: `entry << 4 | length`; 0 where they are no code. */
  walk(bits: number): number {
    let word = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= MAX_BITS; length++) {
      word |= (bits >>> (length - 1)) & 1;
      const count = this.#counts[length] ?? 0;
      if (word - first < count) return ((this.#entries[index + word - first] ?? 0) << 4) | length;
      index += count;
      first = (first + count) << 1;
      word <<= 1;
    }
    return 0;
  }
}

/** By length: its first word, and how many words are shorter. */
function firsts(counts: Uint16Array): { words: Uint16Array; indexes: Uint16Array } {
  const words = new Uint16Array(MAX_BITS + 1);
  const indexes = new Uint16Array(MAX_BITS + 1);
  for (let bits = 1; bits <= MAX_BITS; bits++) {
    const shorter = counts[bits - 1] as number;
    words[bits] = ((words[bits - 1] as number) + shorter) << 1;
    indexes[bits] = (indexes[bits - 1] as number) + shorter;
  }
  return { words, indexes };
}

/** Words of 15 bits that no code uses; negative where there are more codes than words. */
function freeWords(counts: Uint16Array): number {
  let left = 1;
  for (let bits = 1; bits <= MAX_BITS; bits++) {
    left = (left << 1) - (counts[bits] ?? 0);
    if (left < 0) return left;
  }
  return left;
}

function reverse(word: number, bits: number): number {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit++) reversed |= ((word >>> bit) & 1) << (bits - 1 - bit);
  return reversed;
}
