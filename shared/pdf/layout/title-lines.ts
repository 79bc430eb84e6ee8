/**
 * Headings no larger and no bolder than the text: one short line in italics, in small capitals or underlined, with what it
 * heads below it.
 */

import { isSmallCaps } from '../read/small-caps.ts';
import { type Line, lineText, type Region } from '../read/words.ts';
import type { Block, Chunk } from './blocks.ts';

/** What underlines a line, or makes a link of it. */
type Drawn = Pick<Region, 'rules' | 'links'>;

const MAX_CHARS = 50;
/** Not much smaller than the text, or it is a caption or a note. */
const LEAST_SIZE = 0.92;
/** The line leaves at least this part of the width of what it heads. */
const MAX_WIDTH = 0.8;
/** An underline is drawn this far below the baseline, in font sizes. */
const UNDERLINE_EM = { least: 0, most: 0.3 } as const;
const MAX_UNDERLINE_PT = 2;
const ENDS_MEET_PT = 3;
const NUMBERED = /^\d+(\.\d+)+\.? \p{Lu}/u;
const CAPTION = /^(fig(ure)?|tab(le|elle)?|abb(ildung)?|photo|source|quelle|note)\b/i;

/** The blocks, with those marked as titles that stand out by such a style. */
export function markTitles(blocks: readonly Block[], drawn: Drawn, bodySize: number): Block[] {
  return blocks.map((block, index) =>
    block.kind !== 'table' && isTitle(block, blocks[index + 1], drawn, bodySize)
      ? { ...block, kind: 'text', title: true }
      : block,
  );
}

function isTitle(
  { kind, lines, whole }: Chunk,
  next: Block | undefined,
  drawn: Drawn,
  bodySize: number,
): boolean {
  const [line, second] = lines;
  if (kind !== 'text' || whole || !line || second || line.size < bodySize * LEAST_SIZE) return false;
  return isTitleText(lineText(line)) && standsOut(line, drawn) && heads(line, next);
}

function isTitleText(text: string): boolean {
  const isShort = text.length <= MAX_CHARS && /\p{L}{3}/u.test(text);
  return isShort && /^[\p{Lu}\p{N}]/u.test(text) && !/[.,;:!]$|,\s|@/.test(text) && !CAPTION.test(text);
}

function standsOut(line: Line, drawn: Drawn): boolean {
  return (
    line.words.every((word) => word.face.italic) || line.words.every(isSmallCaps) || isUnderlined(line, drawn)
  );
}

/** Underlined from end to end, and no link. */
function isUnderlined(line: Line, { rules, links }: Drawn): boolean {
  if (
    links.some(
      (link) => link.x0 < line.x1 && link.x1 > line.x0 && link.y0 < line.baseline && link.y1 > line.y0,
    )
  )
    return false;
  return rules.some((rule) => {
    const drop = (rule.y0 + rule.y1) / 2 - line.baseline;
    const isBelow = drop > UNDERLINE_EM.least * line.size && drop < UNDERLINE_EM.most * line.size;
    const isSameWidth =
      Math.abs(rule.x0 - line.x0) < ENDS_MEET_PT && Math.abs(rule.x1 - line.x1) < ENDS_MEET_PT;
    return isBelow && isSameWidth && rule.y1 - rule.y0 < MAX_UNDERLINE_PT;
  });
}

/** What follows on the page is wider, and not one more line in the same style (a poem, an address, a list of authors). */
function heads(line: Line, next: Block | undefined): boolean {
  if (!next) return !line.words.every((word) => word.face.italic) || NUMBERED.test(lineText(line));
  if (next.kind === 'table') return true;
  const first = next.lines[0];
  if (!first) return false;
  const isSame =
    first.words.every((word) => word.face.italic) && line.words.every((word) => word.face.italic);
  return !isSame && line.x1 - line.x0 < MAX_WIDTH * (next.x1 - next.x0);
}
