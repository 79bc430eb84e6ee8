/** Superscripts and subscripts that stand too far from the baseline to have been taken as part of their line. */
import type { Word } from './words.ts';

/** Smaller than the line by this factor … */
const SMALLER = 0.87;
/** … raised or lowered by at most this (sizes of the line) … */
const MAX_RAISE_EM = 0.75;
const MAX_DROP_EM = 0.4;
/** … and next to one of its words. */
const NEAR_EM = 0.6;

/** `groups` are words by baseline, from top to bottom; groups of shifted words go to the lines that they belong to. */
export function attachShifted(groups: readonly Word[][]): Word[][] {
  const result = groups.map((group) => [...group]);
  const largest = groups.map((group) => Math.max(...group.map(({ size }) => size)));
  for (const [index, group] of groups.entries()) {
    const atMost = SMALLER * Math.max(largest[index - 1] ?? 0, largest[index + 1] ?? 0);
    for (const word of group.filter(({ size }) => size <= atMost)) {
      const host = [index + 1, index - 1].find((at) => isHost(groups[at], word));
      if (host === undefined) continue;
      result[host]?.push(word);
      result[index] = (result[index] ?? []).filter((kept) => kept !== word);
    }
  }
  return result.filter((group) => group.length > 0);
}

function isHost(group: readonly Word[] | undefined, word: Word): boolean {
  return group?.some((other) => isBase(other, word)) ?? false;
}

function isBase(base: Word, word: Word): boolean {
  if (word.size > base.size * SMALLER) return false;
  const raise = base.baseline - word.baseline;
  if (raise > MAX_RAISE_EM * base.size || -raise > MAX_DROP_EM * base.size) return false;
  return word.x0 - base.x1 < NEAR_EM * base.size && base.x0 - word.x1 < NEAR_EM * base.size;
}
