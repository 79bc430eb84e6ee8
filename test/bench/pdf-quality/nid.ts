/**
 * Normalised indel distance: 1 − distance / (len(reference) + len(found)), where distance counts insertions and
 * deletions of characters; equal to 2·LCS / (sum of lengths), the `ratio` of rapidfuzz.
 */
import { tablesToHtml } from './markdown-tables.ts';

/** NID of two Markdown texts: tables as HTML, emphasis marks off, white space as one space. */
export function nid(reference: string, found: string): number {
  return indelSimilarity(normalise(reference), normalise(found));
}

function normalise(markdown: string): string {
  let text = tablesToHtml(markdown);
  let before = '';
  while (before !== text) {
    before = text;
    text = text.replace(/(\*{1,3}|~~|__|_)(\S(?:.*?\S)?)\1/gs, '$2');
  }
  return text.replace(/\s+/g, ' ').trim();
}

export function indelSimilarity(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  const total = left.length + right.length;
  return total === 0 ? 1 : (2 * lcsLength(left, right)) / total;
}

/** The share of the reference's characters that `found` has in the same order. */
export function lcsShare(reference: string, found: string): number {
  const wanted = [...normalise(reference)];
  return wanted.length === 0 ? 1 : lcsLength(wanted, [...normalise(found)]) / wanted.length;
}

const WORD_BITS = 30;
const WORD_MASK = 2 ** WORD_BITS - 1;

/** Length of the longest common subsequence, bit-parallel (Hyyrö 2004): 30 characters of `a` a step. */
function lcsLength(a: readonly string[], b: readonly string[]): number {
  const words = Math.ceil(a.length / WORD_BITS);
  const masks = positionMasks(a, words);
  const state = new Int32Array(words).fill(WORD_MASK);
  const none = new Int32Array(words);
  for (const char of b) step(state, masks.get(char) ?? none);
  let length = 0;
  for (let index = 0; index < a.length; index += 1) {
    const word = state[Math.floor(index / WORD_BITS)] ?? 0;
    if (((word >> (index % WORD_BITS)) & 1) === 0) length += 1;
  }
  return length;
}

function positionMasks(a: readonly string[], words: number): Map<string, Int32Array> {
  const masks = new Map<string, Int32Array>();
  for (const [index, char] of a.entries()) {
    const mask = masks.get(char) ?? new Int32Array(words);
    const word = Math.floor(index / WORD_BITS);
    mask[word] = (mask[word] ?? 0) | (1 << (index % WORD_BITS));
    masks.set(char, mask);
  }
  return masks;
}

/** V ← (V + (V & M)) | (V & ~M), with the carry handed from word to word. */
function step(state: Int32Array, mask: Int32Array): void {
  let carry = 0;
  for (let word = 0; word < state.length; word += 1) {
    const value = state[word] ?? 0;
    const matched = value & (mask[word] ?? 0);
    const sum = value + matched + carry;
    carry = sum > WORD_MASK ? 1 : 0;
    state[word] = ((sum & WORD_MASK) | (value & ~matched)) & WORD_MASK;
  }
}
