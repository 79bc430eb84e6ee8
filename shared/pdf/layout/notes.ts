/** Footnotes: small print that begins with a raised number. */

import type { Line } from '../read/words.ts';
import { shiftOf } from '../read/words.ts';
import type { Chunk } from './blocks.ts';

/** Notes are set smaller than the body by at least this; those as large have a space after their number. */
const SMALLER = 0.95;
const LARGER = 1.02;
const LABEL = /^(\d{1,3})$/;

/** The label of a footnote's text; undefined for other blocks. */
export function noteLabel({ lines: [line] }: Chunk, bodySize: number): string | undefined {
  if (!line || line.size > bodySize * LARGER) return undefined;
  return line.size > bodySize * SMALLER && !isApart(line) ? undefined : raisedLabel(line);
}

/** Does a line begin with a note's number, and a space? */
export function beginsNote(line: Line): boolean {
  return isApart(line) && raisedLabel(line) !== undefined;
}

function raisedLabel(line: Line): string | undefined {
  const [first, second] = line.words;
  return first && second && shiftOf(first, line) === 'sup' ? LABEL.exec(first.text)?.[1] : undefined;
}

const isApart = ({ words: [, second] }: Line): boolean => second !== undefined && !second.joined;
