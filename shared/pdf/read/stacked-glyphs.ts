/** Lines whose glyphs are lines of their own: mupdf reads text in vertical writing mode one glyph at a time. */
import { type Line, toLine, type Word } from './words.ts';

/** On one baseline to within this, in font sizes … */
const SAME_BASELINE_EM = 0.2;
/** … and this near to each other, glyphs are of one line … */
const NEAR_EM = 0.6;
/** … and nearer than this, of one word. */
const SPACE_EM = 0.15;

/** Joins each line to the one before it, if it goes on there. Lines are as the page writes them. */
export function joinStacked(lines: readonly Line[]): Line[] {
  const joined: Word[][] = [];
  for (const line of lines) {
    const open = joined.at(-1);
    const before = open?.at(-1);
    const [first] = line.words;
    if (open && before && first && goesOn(before, first)) {
      open.push({ ...first, joined: first.x0 - before.x1 < SPACE_EM * first.size }, ...line.words.slice(1));
    } else joined.push([...line.words]);
  }
  return joined.map((words) => toLine(words));
}

function goesOn(before: Word, word: Word): boolean {
  const gap = word.x0 - before.x1;
  const isLevel = Math.abs(word.baseline - before.baseline) < SAME_BASELINE_EM * word.size;
  return isLevel && gap > -NEAR_EM * word.size && gap < NEAR_EM * word.size;
}
