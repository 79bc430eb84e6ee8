/** Which blocks are headings, and of which level. */
import { type Chunk, isAllBold } from './chunks.ts';
import { type Line, lineText } from './words.ts';

export interface HeadingStyle {
  readonly size: number;
  readonly bold: boolean;
  readonly italic: boolean;
}

/** Headings are short; longer text in a large size is a pull quote or an abstract. */
const MAX_LINES = 4;
const MAX_CHARS = 200;
/** Larger than the body by this factor is a heading's size. */
const LARGER = 1.06;
const MAX_LEVELS = 6;

export function headingStyleOf(line: Line): HeadingStyle {
  return {
    size: Math.round(line.size * 2) / 2,
    bold: isAllBold(line),
    italic: line.words.every((word) => word.face.italic),
  };
}

/** Could the block be a heading in a document with this body size? */
export function isHeadingLike(chunk: Chunk, bodySize: number): boolean {
  const [first] = chunk.lines;
  if (!first || chunk.kind === 'code' || chunk.lines.length > MAX_LINES) return false;
  const text = chunk.lines.map((line) => lineText(line)).join(' ');
  if (text.length > MAX_CHARS || !/\p{L}/u.test(text)) return false;
  const { size, bold } = headingStyleOf(first);
  if (size >= bodySize * LARGER && chunk.kind === 'text') return !/[,;]$/.test(text);
  const isBold = bold && chunk.lines.every(isAllBold) && size >= bodySize * 0.95;
  return isBold && chunk.lines.length <= 2 && !/[.,;:]$/.test(text) && isTitle(chunk);
}

/** Items are headings only if numbered: `2. Method` in bold. */
function isTitle(chunk: Chunk): boolean {
  return chunk.kind === 'text';
}

/** Ranks the styles of heading-like blocks: larger first, bold before light, upright before italic. */
export function rankStyles(styles: readonly HeadingStyle[]): HeadingStyle[] {
  const distinct = new Map(styles.map((style) => [keyOf(style), style]));
  return [...distinct.values()]
    .sort((a, b) => b.size - a.size || Number(b.bold) - Number(a.bold) || Number(a.italic) - Number(b.italic))
    .slice(0, MAX_LEVELS);
}

function keyOf({ size, bold, italic }: HeadingStyle): string {
  return `${size}/${bold}/${italic}`;
}

/** Level from 1; undefined for what is no heading. */
export function headingLevel(
  chunk: Chunk,
  ranks: readonly HeadingStyle[],
  bodySize: number,
): number | undefined {
  const [first] = chunk.lines;
  if (!first || !isHeadingLike(chunk, bodySize)) return undefined;
  const key = keyOf(headingStyleOf(first));
  const index = ranks.findIndex((style) => keyOf(style) === key);
  return index < 0 ? undefined : index + 1;
}
