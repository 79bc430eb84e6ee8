import type { TextValues } from '../../../parquet/column.ts';

/**
 * Texts as numbers that sort and compare without them: 63 bits of a hash, as a double (one exponent bit is left out, so that each is finite).
 * Two of 10 million different ids are alike once in 180,000 feeds.
 */
const words = new Uint32Array(2);
const double = new Float64Array(words.buffer);
const FINITE = 0xbfffffff;

function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let low = 0x9e3779b9 ^ (end - start);
  let high = 0x85ebca6b;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high + byte, 0x9e3779b1);
    high ^= high >>> 13;
  }
  return toDouble(mix(low ^ Math.imul(high, 0x5bd1e995)), mix(high ^ Math.imul(low, 0x1b873593)));
}

export function hashText(text: string): number {
  const bytes = Buffer.from(text);
  return hashBytes(bytes, 0, bytes.length);
}

/** One hash of several, in their order. */
export function combine(hashes: readonly number[]): number {
  let low = 0x2545f491;
  let high = 0x6c078965;
  for (const hash of hashes) {
    double[0] = hash;
    low = mix(Math.imul(low, 31) ^ (words[0] as number));
    high = mix(Math.imul(high, 37) ^ (words[1] as number) ^ low);
  }
  return toDouble(low, high);
}

function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x7feb352d);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}

function toDouble(low: number, high: number): number {
  words[0] = low;
  words[1] = high & FINITE;
  // -0 and 0 would be one key of two
  return (double[0] as number) + 0;
}

/** 32 bits of a hash, for a slot in a table. */
export function wordOf(hash: number): number {
  double[0] = hash;
  return (words[0] as number) ^ (words[1] as number);
}

/** Stands for no value. */
export const NO_HASH = Number.NaN;

/** The hash of each of a column's texts, by index. */
export function hashesOf({ bytes, ends, count }: TextValues): Float64Array {
  const hashes = new Float64Array(count);
  let start = 0;
  for (let index = 0; index < count; index++) {
    const end = ends[index] as number;
    hashes[index] = hashBytes(bytes, start, end);
    start = end;
  }
  return hashes;
}
