/**
 * Puts the lines of a page in reading order: finds gutters, cuts the page at the lines that cross them, and reads the
 * columns of each section from left to right.
 */
import type { Box } from '../read/words.ts';

/** A gutter is at least this wide, in body sizes … */
const MIN_GUTTER_EM = 0.95;
/** … and has at least so many lines on each side in the section that it divides. */
const MIN_COLUMN_LINES = 4;
/** Each side must be at least this part of the width of the text, or it is a list's markers or line numbers. */
const MIN_COLUMN_WIDTH = 0.12;
/** Part of a column's lines that may stand out into the gutter (an overfull line, a wide table). */
const MAX_IN_GUTTER = 0.1;
/** Tops of lines that stand side by side. */
const SAME_ROW_PT = 1;
const MIN_CELLS = 3;
/** With more rows of cells than this, the side is no column of text that holds a table. */
const MAX_CELL_ROWS = 0.2;
const MIN_TEXT_ROWS = 12;
/** Lines of one paragraph are this close, in font sizes. */
const TIGHT_EM = 0.35;
/** Sections within sections: title over columns over a figure's columns. */
const MAX_DEPTH = 6;

/** What stands in columns: a line, or a table. */
export interface ColumnLine extends Box {
  /** Set in a monospaced face: what stands beside code is its comment, not a column. */
  readonly mono?: boolean;
  /** Font size, of a line. */
  readonly size?: number;
}

/** Groups `lines` into columns in reading order; each group is sorted from top to bottom. */
export function toColumns<T extends ColumnLine>(lines: readonly T[], bodySize: number): T[][] {
  return cut(lines, bodySize * MIN_GUTTER_EM, 0);
}

function cut<T extends ColumnLine>(lines: readonly T[], gutter: number, depth: number): T[][] {
  const sorted = [...lines].sort((a, b) => a.y0 - b.y0 || a.x0 - b.x0);
  const at = depth < MAX_DEPTH ? bestGutter(sorted, gutter) : undefined;
  if (at === undefined) return sorted.length > 0 ? [sorted] : [];
  return toSections(sorted, at).flatMap((section) => {
    if (!isDivided(section, at, gutter)) return cut(section.lines, gutter, depth + 1);
    const left = section.lines.filter((line) => line.x0 < at - 1);
    const right = section.lines.filter((line) => line.x0 >= at - 1);
    return [...cut(left, gutter, depth + 1), ...cut(right, gutter, depth + 1)];
  });
}

interface Section<T> {
  readonly crossing: boolean;
  readonly lines: T[];
}

/** The left edge of a column such that the most lines lie in sections which it divides. */
function bestGutter(lines: readonly ColumnLine[], gutter: number): number | undefined {
  let best: { at: number; lines: number } | undefined;
  for (const at of leftEdges(lines)) {
    let divided = 0;
    for (const section of toSections(lines, at)) {
      if (isDivided(section, at, gutter)) divided += section.lines.length;
    }
    if (divided > (best?.lines ?? 0)) best = { at, lines: divided };
  }
  return best?.at;
}

/** Left edges at which at least a few lines begin. */
function leftEdges(lines: readonly Box[]): number[] {
  const edges = new Map<number, { x: number; count: number }>();
  for (const { x0 } of lines) {
    const key = Math.floor(x0);
    const known = edges.get(key);
    edges.set(key, { x: Math.min(x0, known?.x ?? x0), count: (known?.count ?? 0) + 1 });
  }
  return [...edges]
    .filter(([key, { count }]) => count + (edges.get(key + 1)?.count ?? 0) >= 2)
    .map(([, { x }]) => x);
}

function toSections<T extends ColumnLine>(lines: readonly T[], at: number): Section<T>[] {
  const sections: Section<T>[] = [];
  for (const [index, line] of lines.entries()) {
    const last = sections.at(-1);
    const crossing =
      (line.x0 < at - 1 && line.x1 > at - 1) ||
      (last?.crossing === true &&
        endsParagraph(last.lines.at(-1), line, [lines[index - 1], lines[index + 1]]));
    if (last?.crossing === crossing) last.lines.push(line);
    else sections.push({ crossing, lines: [line] });
  }
  return sections;
}

/** The short last line of a title or paragraph that crosses the gutter: close below it, alone, in its size. */
function endsParagraph(
  before: ColumnLine | undefined,
  line: ColumnLine,
  neighbours: readonly (ColumnLine | undefined)[],
): boolean {
  if (!before?.size || !line.size || Math.abs(before.size - line.size) > 0.3) return false;
  const isClose = line.y0 - before.y1 < TIGHT_EM * line.size && line.y0 > before.y0;
  const isAlone = neighbours.every(
    (other) => !other || other.y1 <= line.y0 + 1 || other.y0 >= line.y1 - 1 || other === before,
  );
  return isClose && isAlone && Math.abs(line.x0 - before.x0) < line.size * 2;
}

function isDivided(section: Section<ColumnLine>, at: number, gutter: number): boolean {
  if (section.crossing || section.lines.length < 2 * MIN_COLUMN_LINES) return false;
  const left = section.lines.filter((line) => line.x0 < at - 1);
  const right = section.lines.filter((line) => line.x0 >= at - 1);
  if (left.length < MIN_COLUMN_LINES || right.length < MIN_COLUMN_LINES) return false;
  if (section.lines.filter((line) => line.mono).length > section.lines.length / 2) return false;
  if (left.filter((line) => line.x1 > at - gutter).length > left.length * MAX_IN_GUTTER) return false;
  const [from, to] = extent(section.lines);
  const least = (to - from) * MIN_COLUMN_WIDTH;
  return usualWidth(left) >= least && usualWidth(right) >= least;
}

function extent(lines: readonly Box[]): [number, number] {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    from = Math.min(from, line.x0);
    to = Math.max(to, line.x1);
  }
  return [from, to];
}

/**
 * The median: a few wide lines don't make a column of a list's markers or a table of contents' page numbers. Rows of a
 * table's cells tell nothing.
 */
function usualWidth(lines: readonly Box[]): number {
  const rows = toSideBySide(lines);
  const text = rows.filter((row) => row.length < MIN_CELLS);
  const isText = rows.length - text.length <= rows.length * MAX_CELL_ROWS && text.length >= MIN_TEXT_ROWS;
  const widths = (isText ? text : rows).flat().map(({ x0, x1 }) => x1 - x0);
  widths.sort((a, b) => a - b);
  return widths[Math.floor(widths.length / 2)] ?? 0;
}

function toSideBySide(lines: readonly Box[]): Box[][] {
  const rows: Box[][] = [];
  for (const line of lines) {
    const row = rows.at(-1);
    if (row?.[0] && line.y0 - row[0].y0 < SAME_ROW_PT) row.push(line);
    else rows.push([line]);
  }
  return rows;
}
