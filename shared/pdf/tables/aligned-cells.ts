/** The cells of a borderless table, once its rows and columns are known. */

import type { Word } from '../read/words.ts';
import { type Cell, cellOf } from './table.ts';
import type { Row } from './text-bands.ts';

/** Where a column's text stands. */
export interface Column {
  from: number;
  to: number;
}

/** The rows' cells: heads put over their columns, rows that go on joined. */
export function toCellRows(rows: readonly Row[], columns: readonly Column[]): Cell[][] {
  return joinContinued(withHeads(rows.map((row) => toCells(row, columns))));
}

/** A head at its column's left edge above figures at the right one makes two columns: one has the head, the other the rest. */
function withHeads(rows: readonly Word[][][]): Word[][][] {
  const [head = [], ...body] = rows;
  const isHeadOnly = (column: number): boolean =>
    (head[column]?.length ?? 0) > 0 && body.every((row) => row[column]?.length === 0);
  const isHeadless = (column: number): boolean =>
    head[column]?.length === 0 && body.some((row) => (row[column]?.length ?? 0) > 0);
  let merged = rows.map((row) => [...row]);
  for (let column = head.length - 2; column >= 0; column -= 1) {
    if (!isHeadOnly(column) || !isHeadless(column + 1)) continue;
    merged = merged.map((row) =>
      row.toSpliced(column, 2, [...(row[column] ?? []), ...(row[column + 1] ?? [])]),
    );
  }
  return merged;
}

/** Words by the column that they stand in; a piece may hold two columns' words where the gap was narrow. */
function toCells(row: Row, columns: readonly Column[]): Word[][] {
  const cells: Word[][] = columns.map(() => []);
  for (const word of row.lines.flatMap((line) => line.words)) {
    const middle = (word.x0 + word.x1) / 2;
    let best = 0;
    let distance = Number.POSITIVE_INFINITY;
    for (const [index, column] of columns.entries()) {
      const away = Math.max(column.from - middle, middle - column.to, 0);
      if (away < distance) {
        best = index;
        distance = away;
      }
    }
    cells[best]?.push(word);
  }
  return cells;
}

/** Rows with only one cell, not the first, go on the row before. */
function joinContinued(rows: readonly Word[][][]): Cell[][] {
  const joined: Word[][][] = [];
  for (const row of rows) {
    const filled = row.filter((cell) => cell.length > 0);
    const before = joined.at(-1);
    if (before && filled.length === 1 && row.length > 1 && joined.length > 1) {
      for (const [index, cell] of row.entries()) before[index]?.push(...cell);
    } else joined.push(row.map((cell) => [...cell]));
  }
  return joined.map((row) => row.map((words) => cellOf(words)));
}
