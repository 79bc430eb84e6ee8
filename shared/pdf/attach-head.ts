/** The head row of a table that stands above its ruling lines. */
import { type Cell, cellOf, hasSpans, type Table } from './table.ts';
import { boundsOf, type Line, type Word } from './words.ts';

/** The row above a table is its head if it is this close, in font sizes. */
const MAX_GAP_EM = 2.2;
const SAME_LINE_EM = 0.35;
/** It says something about at least this part of the columns. */
const MIN_NAMED = 0.6;

interface Extent {
  readonly from: number;
  readonly to: number;
}

/** The table with the row above it as its head, if there is one, and the lines that are left. */
export function attachHead(table: Table, lines: readonly Line[]): { table: Table; rest: readonly Line[] } {
  const columns = columnsOf(table);
  const row = rowAbove(table, lines);
  const cells = columns && row.length > 1 ? toCells(columns, row) : undefined;
  if (!cells) return { table, rest: lines };
  const taken = new Set(row);
  const rows = [cells.map((words): Cell => cellOf(words)), ...table.rows];
  return { table: { ...boundsOf([table, ...row]), rows }, rest: lines.filter((line) => !taken.has(line)) };
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

function rowAbove(table: Table, lines: readonly Line[]): Line[] {
  const above = lines.filter((line) => line.y1 <= table.y0 + 2 && line.x1 > table.x0 && line.x0 < table.x1);
  const last = above.reduce<Line | undefined>(
    (best, line) => (best && best.baseline > line.baseline ? best : line),
    undefined,
  );
  if (!last || table.y0 - last.baseline > MAX_GAP_EM * last.size) return [];
  return above.filter((line) => last.baseline - line.baseline < SAME_LINE_EM * last.size);
}

/** Each piece, or each of its words, over one column; undefined if one stands over two, or most columns go without. */
function toCells(columns: readonly Extent[], row: readonly Line[]): Word[][] | undefined {
  const cells: Word[][] = columns.map(() => []);
  for (const line of row) {
    const parts = columnAt(columns, line) === undefined ? line.words.map((word) => [word]) : [line.words];
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
