/** Tables with a line below every row: the lines part the rows, however many lines of text a cell has. */

import type { Line, Word } from '../read/words.ts';
import { findChannels } from './channels.ts';
import type { Segment } from './rulings.ts';
import { type Cell, cellOf, type Table, toTable } from './table.ts';

const MIN_ROWS = 2;
const SAME_LINE_EM = 0.35;
const MAX_PITCH_EM = 1.8;

/** A table of the rows between neighbouring lines of `frame`; undefined where a row is not written cell by cell. */
export function toRuledTable(lines: readonly Line[], frame: readonly Segment[]): Table | undefined {
  const rows = frame.slice(1).map((bottom, index) => wordsBetween(lines, frame[index], bottom));
  if (rows.length < MIN_ROWS || rows.some((words) => words.length === 0)) return undefined;
  if (!rows.some(isTall) || !rows.every(isTight)) return undefined;
  const edges = findChannels(lines).map(({ from, to }) => (from + to) / 2);
  const cells = rows.map((words) => toCells(words, edges));
  if (edges.length === 0 || !cells.every(isWrittenByCell)) return undefined;
  return toTable(cells.map((row) => row.map((words): Cell => cellOf(words))));
}

function wordsBetween(lines: readonly Line[], top: Segment | undefined, bottom: Segment): Word[] {
  const inside = lines.filter((line) => {
    const middle = line.baseline - line.size * 0.3;
    return middle > (top?.at ?? 0) && middle < bottom.at;
  });
  return inside.flatMap((line) => line.words);
}

/** Has the row more than one line of text? */
function isTall(words: readonly Word[]): boolean {
  const baselines = words.map((word) => word.baseline);
  return Math.max(...baselines) - Math.min(...baselines) > SAME_LINE_EM * (words[0]?.size ?? 0);
}

/** No blank line stands in it: between two tables there is more than a row. */
function isTight(words: readonly Word[]): boolean {
  const sorted = words.toSorted((a, b) => a.baseline - b.baseline);
  return sorted.every(
    (word, index) => word.baseline - (sorted[index - 1] ?? word).baseline < MAX_PITCH_EM * word.size,
  );
}

function toCells(words: readonly Word[], edges: readonly number[]): Word[][] {
  const cells: Word[][] = [[], ...edges.map((): Word[] => [])];
  for (const word of words) cells[edges.filter((edge) => edge < word.x0).length]?.push(word);
  return cells;
}

/** Each cell is written whole before the next one; several rows between two lines are not. */
function isWrittenByCell(row: readonly (readonly Word[])[]): boolean {
  let last = Number.NEGATIVE_INFINITY;
  return row.every((words) => {
    const orders = words.map((word) => word.order);
    const follows = orders.every((order) => order > last);
    last = Math.max(last, ...orders);
    return follows;
  });
}
