/** The head row of a table that stands above its ruling lines, and the last row below them. */
import { isAllBold } from '../read/line-style.ts';
import { boundsOf, type Line, type Word } from '../read/words.ts';
import { type Cell, cellOf, hasSpans, type Table } from './table.ts';

/** The row above a table is its head if it is this close, in font sizes. */
const MAX_GAP_EM = 2.2;
/** The row below is the last one if it is not further away than this factor of the row before. */
const SAME_PITCH = 1.15;
const SAME_LINE_EM = 0.35;
/** Baselines of a head over two or three lines. */
const WRAPPED_EM = 1.6;
/** It says something about at least this part of the columns. */
const MIN_NAMED = 0.6;

interface Extent {
  readonly from: number;
  readonly to: number;
}

/** The table with the row above it as its head and the row below it as its last, if they are its own. */
export function attachHead(table: Table, lines: readonly Line[]): { table: Table; rest: readonly Line[] } {
  const columns = columnsOf(table);
  if (!columns) return { table, rest: lines };
  const rows = [...table.rows];
  const taken: Line[] = [];
  const head = findRow(columns, rowsAbove(table, lines));
  if (head) {
    rows.unshift(head.cells);
    taken.push(...head.row);
  }
  const tail = findRow(columns, [rowBelow(table, lines)]);
  if (tail) {
    rows.push(tail.cells);
    taken.push(...tail.row);
  }
  if (taken.length === 0) return { table, rest: lines };
  const set = new Set(taken);
  return { table: { ...boundsOf([table, ...taken]), rows }, rest: lines.filter((line) => !set.has(line)) };
}

/** The first of the rows that could be one of the table's. */
function findRow(
  columns: readonly Extent[],
  rows: readonly (readonly Line[])[],
): { row: readonly Line[]; cells: Cell[] } | undefined {
  for (const row of rows) {
    const cells = row.length > 1 ? toCells(columns, row) : undefined;
    if (cells) return { row, cells: cells.map((words): Cell => cellOf(words)) };
  }
  return undefined;
}

/** Where the columns' text stands; undefined for tables with merged cells. */
function columnsOf(table: Table): Extent[] | undefined {
  const [first] = table.rows;
  if (!first || hasSpans(table)) return undefined;
  return first.map((_, column) => {
    const { x0, x1 } = boundsOf(table.rows.flatMap((row) => row[column]?.lines ?? []));
    return { from: x0, to: x1 };
  });
}

/** The row above, with its lines of text that are wrapped, and without. */
function rowsAbove(table: Table, lines: readonly Line[]): Line[][] {
  const above = lines.filter((line) => line.y1 <= table.y0 + 2 && line.x1 > table.x0 && line.x0 < table.x1);
  const last = above.reduce<Line | undefined>(
    (best, line) => (best && best.baseline > line.baseline ? best : line),
    undefined,
  );
  if (!last || table.y0 - last.baseline > MAX_GAP_EM * last.size) return [];
  const within = (em: number): Line[] =>
    above.filter((line) => last.baseline - line.baseline < em * last.size);
  const wrapped = within(WRAPPED_EM);
  return wrapped.every(isAllBold) ? [wrapped, within(SAME_LINE_EM)] : [within(SAME_LINE_EM)];
}

/** The row below the last line of a table whose lines stand above its rows: as far below as the others. */
function rowBelow(table: Table, lines: readonly Line[]): Line[] {
  const below = lines.filter((line) => line.y0 >= table.y1 - 2 && line.x1 > table.x0 && line.x0 < table.x1);
  const first = below.reduce<Line | undefined>(
    (best, line) => (best && best.baseline < line.baseline ? best : line),
    undefined,
  );
  const [before, last] = table.rows.slice(-2).map(baselineOf);
  if (!first || !before || !last || first.baseline - last > (last - before) * SAME_PITCH) return [];
  const row = below.filter((line) => line.baseline - first.baseline < SAME_LINE_EM * first.size);
  return isWrittenAsRow(row) ? row : [];
}

const baselineOf = (row: readonly Cell[]): number | undefined => row[0]?.lines[0]?.baseline;

/** Nothing else was written between the pieces. */
function isWrittenAsRow(row: readonly Line[]): boolean {
  const orders = row.flatMap((line) => line.words.map((word) => word.order));
  return Math.max(...orders) - Math.min(...orders) < orders.length;
}

/** Each piece, or each of a bold one's words, over one column; undefined if one stands over two, or most columns go without. */
function toCells(columns: readonly Extent[], row: readonly Line[]): Word[][] | undefined {
  const cells: Word[][] = columns.map(() => []);
  for (const line of row) {
    const isOne = columnAt(columns, line) !== undefined || !isAllBold(line);
    const parts = isOne ? [line.words] : line.words.map((word) => [word]);
    for (const words of parts) {
      const hit = columnAt(columns, boundsOf(words));
      if (hit === undefined) return undefined;
      cells[hit]?.push(...words);
    }
  }
  const named = cells.filter((words) => words.length > 0).length;
  return named >= columns.length * MIN_NAMED ? cells : undefined;
}

/** The only column that a piece stands over. */
function columnAt(columns: readonly Extent[], { x0, x1 }: Pick<Line, 'x0' | 'x1'>): number | undefined {
  const hits = columns.flatMap(({ from, to }, index) => (x0 < to && x1 > from ? [index] : []));
  return hits.length === 1 ? hits[0] : undefined;
}
