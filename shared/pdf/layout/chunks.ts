/** Cuts a column's lines into paragraphs, list items and code by spacing, style, indent and markers. */

import { hasRoom, isAllBold, isAllCaps } from '../read/line-style.ts';
import { type Marker, parseMarker } from '../read/list-markers.ts';
import { boundsOf, type Line, lineText, type Rule } from '../read/words.ts';
import { toLines } from '../tables/table.ts';
import type { Chunk } from './blocks.ts';
import { goesOn, usualPitches } from './line-pitch.ts';
import { beginsNote } from './notes.ts';
import { type OpenLine, toParagraphs } from './paragraphs.ts';

const INDENT_EM = 0.8;

export function toChunks(column: readonly Line[], bullets: readonly Rule[]): Chunk[] {
  const lines = toLines(column.flatMap((line) => line.words));
  const pitches = usualPitches(lines);
  const right = boundsOf(lines).x1;
  const groups: OpenLine[][] = [];
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    const marker = findMarker(line, before, bullets);
    if (marker) groups.push([{ line: withoutMarker(line, marker), marker, whole: line }]);
    else if (
      before &&
      goesOn(before, line, pitches, right) &&
      !changesWeight(before, line, right) &&
      !beginsNote(line)
    )
      groups.at(-1)?.push({ line });
    else groups.push([{ line }]);
  }
  return groups.flatMap(toParagraphs);
}

/** A bold title over text; but a bold line that fills the column goes on in light. */
function changesWeight(before: Line, line: Line, right: number): boolean {
  if (isAllBold(before) === isAllBold(line) && isAllCaps(before) === isAllCaps(line)) return false;
  return hasRoom(before, line, right) || isBoldTitle(before, line);
}

/** A bold line that begins like a title after the end of a sentence. */
function isBoldTitle(before: Line, line: Line): boolean {
  const text = lineText(line);
  return (
    isAllBold(line) && /[.!?:]["”’)]?$/.test(lineText(before)) && /^[\p{Lu}\p{N}].*[^.,;:!]$/u.test(text)
  );
}

/** A marker at the line's begin: text, or a small shape drawn before it. */
function findMarker(line: Line, before: Line | undefined, bullets: readonly Rule[]): Marker | undefined {
  if (bullets.some((bullet) => isBulletOf(bullet, line))) return { kind: 'bullet', text: '' };
  const [first, second] = line.words;
  if (!first || !second || second.joined || line.face.mono) return undefined;
  const marker = parseMarker(first.text);
  if (!marker || isInitials(first.text, second.text)) return undefined;
  const isApart = second.x0 - first.x1 > 0.45 * first.size;
  return isApart || !before || isIndented(before, line) || marker.text === '1.' ? marker : undefined;
}

/** `W. P. Carey` begins with initials, not with item W. */
function isInitials(first: string, second: string): boolean {
  return /^[A-Z]\.$/.test(first) && /^[A-Z]\.|^[A-Z]\p{Ll}+$/u.test(second);
}

function isIndented(before: Line, line: Line): boolean {
  const gap = line.baseline - before.baseline > 1.5 * line.size;
  return gap || Math.abs(line.x0 - before.x0) > INDENT_EM * line.size;
}

function isBulletOf(bullet: Rule, line: Line): boolean {
  const y = (bullet.y0 + bullet.y1) / 2;
  const distance = line.x0 - bullet.x1;
  return (
    distance > 0 && distance < 2.5 * line.size && y < line.baseline && y > line.baseline - 0.8 * line.size
  );
}

function withoutMarker(line: Line, marker: Marker): Line {
  if (marker.text === '' || marker.kind === 'letter') return line;
  const words = line.words.slice(1);
  return { ...line, ...boundsOf(words), words };
}
