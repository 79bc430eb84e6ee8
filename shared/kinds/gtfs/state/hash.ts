import { type TextValues, textAt } from '../../../parquet/column.ts';

/**
 * Texts as numbers that sort and compare without them: 63 bits of a hash, as a double (one exponent bit is left out, so that each is finite).
 * Two of 10 million different ids are alike once in 180,000 feeds.
 */
const words = new Uint32Array(2);
const double = new Float64Array(words.buffer);
const FINITE = 0xbfffffff;

export function hashBytes(bytes: Uint8Array): number {
  let low = 0x9e3779b9 ^ bytes.length;
  let high = 0x85ebca6b;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high + byte, 0x9e3779b1);
    high ^= high >>> 13;
  }
  return toDouble(mix(low ^ Math.imul(high, 0x5bd1e995)), mix(high ^ Math.imul(low, 0x1b873593)));
}

export const hashText = (text: string): number => hashBytes(Buffer.from(text));

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

/** Stands for no value. */
export const NO_HASH = Number.NaN;

/** The hash of each of a column's texts, by index. */
export function hashesOf(values: TextValues): Float64Array {
  return Float64Array.from({ length: values.count }, (_, index) => hashBytes(textAt(values, index)));
}
