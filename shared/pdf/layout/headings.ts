/** Which blocks are headings, and of which level. */

import { isAllBold } from '../read/line-style.ts';
import { type Line, lineText } from '../read/words.ts';
import type { Chunk, HeadingStyle } from './blocks.ts';
import { ladderLevels } from './size-ladders.ts';

/** Headings are short; longer text in a large size is a pull quote or an abstract. */
const MAX_LINES = 4;
const MAX_BOLD_LINES = 2;
const MAX_CHARS = 200;
/** Larger than the body by this factor is a heading's size. */
const LARGER = 1.06;
/** Code may be set a little larger than the text; a title in a monospaced face is much larger. */
const LARGER_CODE = 1.25;
const MAX_LEVELS = 6;

/** The style of a block that could be a heading in a document with this body size; else undefined. */
export function headingStyleOf(chunk: Chunk, bodySize: number): HeadingStyle | undefined {
  const [first] = chunk.lines;
  if (!first || chunk.kind === 'item' || chunk.lines.length > MAX_LINES) return undefined;
  const text = chunk.lines.map((line) => lineText(line)).join(' ');
  if (text.length > MAX_CHARS || !/\p{L}/u.test(text) || /[,;]$/.test(text)) return undefined;
  if (
    isSentences(text) ||
    !(chunk.title || isLarge(chunk, first, bodySize) || isBoldTitle(chunk, text, bodySize))
  )
    return undefined;
  return {
    size: Math.round(first.size * 2) / 2,
    bold: isAllBold(first),
    italic: first.words.every((word) => word.face.italic),
  };
}

function isLarge({ kind, lines }: Chunk, first: Line, bodySize: number): boolean {
  const isCode = kind === 'code' && !lines.every(isAllBold);
  return first.size >= bodySize * (isCode ? LARGER_CODE : LARGER);
}

/** A pull quote, or the standfirst of an article: more than one sentence, up to its full stop. */
function isSentences(text: string): boolean {
  return /\p{Ll}[.!?]\s+\p{Lu}.*[.!?]["”’]?$/u.test(text);
}

/** At body size a heading is bold, short and no sentence. */
function isBoldTitle(chunk: Chunk, text: string, bodySize: number): boolean {
  if (chunk.kind === 'code') return false;
  const isBold = chunk.lines.every((line) => isAllBold(line) && line.size >= bodySize * 0.95);
  return isBold && chunk.lines.length <= MAX_BOLD_LINES && !/[.:]$/.test(text);
}

/** Ranks the styles of heading-like blocks: larger first, bold before light, upright before italic. */
export function rankStyles(styles: readonly HeadingStyle[]): HeadingStyle[] {
  return [...styles]
    .sort((a, b) => b.size - a.size || Number(b.bold) - Number(a.bold) || Number(a.italic) - Number(b.italic))
    .slice(0, MAX_LEVELS);
}

/** Level from 1; undefined for what is no heading. */
export function headingLevel(
  chunk: Chunk,
  ranks: readonly HeadingStyle[],
  bodySize: number,
): number | undefined {
  const style = headingStyleOf(chunk, bodySize);
  if (!style) return undefined;
  const index = ranks.findIndex(
    ({ size, bold, italic }) => size === style.size && bold === style.bold && italic === style.italic,
  );
  return index < 0 ? undefined : (ladderLevels(ranks, bodySize)?.[index] ?? index + 1);
}
