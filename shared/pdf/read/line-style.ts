/** What a line looks like as a whole, and whether it was ended on purpose. */
import { isSmallCaps } from './small-caps.ts';
import type { Line, Word } from './words.ts';

const SAME_SIZE = 0.06;
/** A line this much (font sizes) shorter than it could be was ended on purpose. */
const SLACK_EM = 0.6;

export function isAllBold(line: Line): boolean {
  return line.words.every((word) => word.face.bold);
}

export function isAllCaps(line: Line): boolean {
  return line.words.every(isSmallCaps);
}

export function isAllMono(line: Line): boolean {
  return line.words.every((word) => word.face.mono);
}

export function isSameSize(a: Line, b: Line): boolean {
  return Math.abs(a.size - b.size) <= SAME_SIZE * Math.max(a.size, b.size);
}

/** Up to the column's right edge: would the line's first word have fitted on the line before? */
export function hasRoom(before: Line, line: Line, right: number): boolean {
  return right - before.x1 - SLACK_EM * line.size > firstWordWidth(line.words);
}

function firstWordWidth(words: readonly Word[]): number {
  const [first] = words;
  if (!first) return 0;
  const isCjk = /^[\u2e80-\u9fff\uff00-\uffef]/.test(first.text);
  return isCjk ? first.size : first.x1 - first.x0 + 0.25 * first.size;
}
