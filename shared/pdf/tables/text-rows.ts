/** Splits a ruled row that holds several rows of text: a table with lines only around its head and body. */
import type { Cell } from './table.ts';

/** So many lines side by side in the cells of one row are rows of their own. */
const MIN_TEXT_ROWS = 3;
const SAME_BASELINE_EM = 0.35;

export function splitTextRows(rows: readonly (readonly Cell[])[]): Cell[][] {
  return rows.flatMap((row) => splitRow(row, rows.length <= 2 ? 2 : MIN_TEXT_ROWS));
}

function splitRow(row: readonly Cell[], least: number): Cell[][] {
  const baselines = (row[0]?.lines ?? []).map((line) => line.baseline);
  const isRegular =
    row.length > 1 &&
    baselines.length >= least &&
    row.every((cell) => cell.rowspan === 1 && isAligned(cell, baselines));
  if (!isRegular) return [[...row]];
  return baselines.map((_, index) =>
    row.map((cell) => ({ ...cell, lines: cell.lines.slice(index, index + 1) })),
  );
}

function isAligned(cell: Cell, baselines: readonly number[]): boolean {
  return (
    cell.lines.length === baselines.length &&
    cell.lines.every(
      (line, index) => Math.abs(line.baseline - (baselines[index] ?? 0)) <= SAME_BASELINE_EM * line.size,
    )
  );
}
