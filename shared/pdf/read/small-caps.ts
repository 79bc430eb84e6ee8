/** Small capitals drawn as smaller capitals: `M` and `INUTES` are one word, typed as `Minutes`. */
import type { Word } from './words.ts';

/** Their height in parts of the capitals'. */
const LEAST = 0.6;
const MOST = 0.9;
const SAME_BASELINE_EM = 0.05;
const SAME_SIZE_PT = 0.15;
/** Faces whose lower case is small capitals. */
const CAPS_FACE = /caps|csc\d|[-_]sc\b/i;

/** The words of a line with its small capitals in lower case, as large as the capitals beside them. */
export function resolveSmallCaps(words: readonly Word[]): readonly Word[] {
  const at = words.findIndex((word, index) => goesOnSmaller(words[index - 1], word));
  const small = words[at];
  const large = words[at - 1];
  if (!small || !large) return words;
  const resolved: Word[] = [];
  for (const word of words) {
    const last = resolved.at(-1);
    const typed = asTyped(word, small, large);
    if (last?.smallCaps && typed.smallCaps && isSameStyle(word, small) && word.joined)
      resolved[resolved.length - 1] = {
        ...last,
        text: last.text + typed.text,
        x1: Math.max(last.x1, word.x1),
      };
    else resolved.push(typed);
  }
  return resolved;
}

function asTyped(word: Word, small: Word, large: Word): Word {
  if (isSameStyle(word, large)) return { ...word, smallCaps: true };
  if (!isSameStyle(word, small)) return word;
  const text = isUpper(word.text) ? word.text.toLowerCase() : word.text;
  return { ...word, text, size: large.size, smallCaps: true };
}

export function isSmallCaps(word: Word): boolean {
  return word.smallCaps === true || CAPS_FACE.test(word.face.name);
}

/** A capital, and joined to it letters of one case in a smaller size of the same face. */
function goesOnSmaller(before: Word | undefined, word: Word): boolean {
  if (!before || !word.joined || !isLike(before, word)) return false;
  const ratio = word.size / before.size;
  if (ratio < LEAST || ratio > MOST) return false;
  return /(^|\P{L})\p{Lu}$/u.test(before.text) && /^\p{L}/u.test(word.text) && isOneCase(word.text);
}

function isSameStyle(a: Word, b: Word): boolean {
  return isLike(a, b) && Math.abs(a.size - b.size) < SAME_SIZE_PT;
}

function isLike(a: Word, b: Word): boolean {
  return a.face === b.face && Math.abs(a.baseline - b.baseline) < SAME_BASELINE_EM * a.size;
}

const isUpper = (text: string): boolean => text === text.toUpperCase();

const isOneCase = (text: string): boolean => isUpper(text) || text === text.toLowerCase();
