/** Cuts lines at the usual spacing into paragraphs, by indents and lines that end early. */
import { isRightToLeft } from '../read/bidi.ts';
import { hasRoom, isAllMono } from '../read/line-style.ts';
import type { Marker } from '../read/list-markers.ts';
import { type Box, boundsOf, type Line, lineText } from '../read/words.ts';
import type { Chunk } from './blocks.ts';

const INDENT_EM = 0.8;

/** A line, and the marker that it begins with. */
export interface OpenLine {
  readonly line: Line;
  readonly marker?: Marker;
  /** With the marker. */
  readonly whole?: Line;
}

/** The paragraphs of `group`; the first is a list's item if it begins with a marker. */
export function toParagraphs(group: readonly OpenLine[]): Chunk[] {
  const [first] = group;
  if (!first) return [];
  const lines = group.map(({ line }) => line);
  if (lines.every(isAllMono) && !first.marker) return [toChunk('code', lines)];
  const { x0, x1 } = boundsOf(lines);
  const parts: Line[][] = [];
  for (const line of lines) {
    const part = parts.at(-1);
    if (part && !beginsParagraph(part, line, { x0, x1 })) part.push(line);
    else parts.push([line]);
  }
  return parts.map((part, index) =>
    index === 0 && first.marker
      ? { ...toChunk('item', part, first.marker), whole: first.whole }
      : toChunk('text', part),
  );
}

function beginsParagraph(part: readonly Line[], line: Line, { x0, x1 }: Pick<Box, 'x0' | 'x1'>): boolean {
  const before = part.at(-1);
  if (!before || isContentsEntry(before)) return true;
  if (isCentred(before, line) && Math.abs(before.x0 - line.x0) > 1) return false;
  const isFirstIndent = line.x0 > before.x0 + INDENT_EM * line.size && before.x0 < x0 + INDENT_EM * line.size;
  if (isFirstIndent && part.length > 0 && !isHanging(part)) return true;
  return hasRoom(before, line, x1) && !isRightToLeft(lineText(line));
}

/** A line of a table of contents: dots up to a page number. */
function isContentsEntry(line: Line): boolean {
  return /(\.\s?){4,}\s*[\divxl]+$/.test(lineText(line));
}

/** The first line stands out to the left: a bibliography's entry goes on indented. */
function isHanging(part: readonly Line[]): boolean {
  return part.length === 1;
}

function isCentred(a: Line, b: Line): boolean {
  return Math.abs(a.x0 + a.x1 - b.x0 - b.x1) < 4;
}

function toChunk(kind: Chunk['kind'], lines: readonly Line[], marker?: Marker): Chunk {
  const box = boundsOf(lines);
  return { ...box, kind, lines, textX: lines[0]?.x0 ?? box.x0, ...(marker && { marker }) };
}
