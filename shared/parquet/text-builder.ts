import type { TextValues } from './column.ts';

const FIRST_BYTES = 4 * 1024;
const FIRST_TEXTS = 256;

/** Collects a column's texts, each different one once; makes no strings. */
export class TextBuilder {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #used = 0;
  #ends = new Uint32Array(FIRST_TEXTS);
  #hashes = new Int32Array(FIRST_TEXTS);
  #count = 0;
  /** Open addressing: a text's index and 1, or 0. */
  #slots = new Int32Array(FIRST_TEXTS * 4);
  #indexes: Int32Array;
  #nulls: Uint8Array;
  #rows = 0;
  #nullCount = 0;

  /** `rows`: at most; a larger number grows as it must. */
  constructor(rows: number) {
    this.#indexes = new Int32Array(rows);
    this.#nulls = new Uint8Array(rows);
  }

  get rows(): number {
    return this.#rows;
  }

  get textBytes(): number {
    return this.#used;
  }

  /** Adds the text `[start, end)` of `source` as the next row; returns its index among the different ones. */
  add(source: Uint8Array, start: number, end: number): number {
    if (this.#rows === this.#indexes.length) this.#growRows();
    const last = this.#rows > 0 ? (this.#indexes[this.#rows - 1] as number) : -1;
    const index = last >= 0 && this.#isText(last, source, start, end) ? last : this.#find(source, start, end);
    this.#indexes[this.#rows++] = index;
    return index;
  }

  addNull(): void {
    if (this.#rows === this.#indexes.length) this.#growRows();
    this.#indexes[this.#rows] = -1;
    this.#nulls[this.#rows++] = 1;
    this.#nullCount++;
  }

  /** Takes the last row's text off; it counts as null from now on. */
  get values(): TextValues {
    return {
      rows: this.#rows,
      nulls: this.#nulls,
      nullCount: this.#nullCount,
      indexes: this.#indexes,
      bytes: this.#bytes,
      ends: this.#ends,
      count: this.#count,
    };
  }

  #find(source: Uint8Array, start: number, end: number): number {
    const hash = hashOf(source, start, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const found = (this.#slots[slot] as number) - 1;
      if (found < 0) break;
      if (this.#hashes[found] === hash && this.#isText(found, source, start, end)) return found;
      slot = (slot + 1) & mask;
    }
    return this.#insert(source, start, end, hash);
  }

  #isText(index: number, source: Uint8Array, start: number, end: number): boolean {
    const from = index === 0 ? 0 : (this.#ends[index - 1] as number);
    const length = end - start;
    if ((this.#ends[index] as number) - from !== length) return false;
    // ends differ more often than beginnings
    for (let at = length - 1; at >= 0; at--) if (this.#bytes[from + at] !== source[start + at]) return false;
    return true;
  }

  #insert(source: Uint8Array, start: number, end: number, hash: number): number {
    const index = this.#count;
    if (index === this.#ends.length) this.#growTexts();
    const length = end - start;
    if (this.#used + length > this.#bytes.length) this.#growBytes(length);
    this.#bytes.set(source.subarray(start, end), this.#used);
    this.#used += length;
    this.#ends[index] = this.#used;
    this.#hashes[index] = hash;
    this.#count++;
    this.#place(index, hash);
    return index;
  }

  #place(index: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = index + 1;
  }

  #growTexts(): void {
    this.#ends = grown(this.#ends, new Uint32Array(this.#ends.length * 2));
    this.#hashes = grown(this.#hashes, new Int32Array(this.#hashes.length * 2));
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let index = 0; index < this.#count; index++) this.#place(index, this.#hashes[index] as number);
  }

  #growBytes(length: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#used + length));
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }

  #growRows(): void {
    const rows = Math.max(FIRST_TEXTS, this.#rows * 2);
    this.#indexes = grown(this.#indexes, new Int32Array(rows));
    this.#nulls = grown(this.#nulls, new Uint8Array(rows));
  }
}

function grown<A extends Int32Array | Uint32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

/** Of four bytes at a time where it can; good enough for a table that lives as long as a part. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) ^ (hash >>> 12);
}
