/** Tables with ruling lines in both directions: the lines give rows, columns and merged cells. */

import type { Line, Word } from '../read/words.ts';
import { connected, positions, type Rulings, type Segment } from './rulings.ts';
import { type Cell, cellOf, intervalOf, type Table, toTable } from './table.ts';
import { splitTextRows } from './text-rows.ts';

/** Lines of one column edge may be this far apart (double lines, rounded coordinates). */
const SAME_EDGE_PT = 4;
/** A grid with fewer filled cells is a drawing or an empty form. */
const MIN_FILLED = 0.3;
const MAX_CELLS = 5_000;

interface Grid {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly rulings: Rulings;
}

/** Tables found in the rulings, and the lines that are left over. */
export function takeGridTables(
  lines: readonly Line[],
  rulings: Rulings,
): { tables: Table[]; rest: readonly Line[] } {
  const tables: Table[] = [];
  let rest = lines;
  for (const set of connected(rulings)) {
    const grid = toGrid(set);
    if (!grid) continue;
    const inside = rest.filter((line) => isInside(line, grid));
    const table = toGridTable(grid, inside);
    if (!table) continue;
    tables.push({
      ...table,
      x0: grid.xs[0] ?? 0,
      x1: grid.xs.at(-1) ?? 0,
      y0: grid.ys[0] ?? 0,
      y1: grid.ys.at(-1) ?? 0,
    });
    const taken = new Set(inside);
    rest = rest.filter((line) => !taken.has(line));
  }
  return { tables, rest };
}

function toGrid(set: Rulings): Grid | undefined {
  if (set.horizontal.length < 2 || set.vertical.length < 1) return undefined;
  const left = Math.min(...set.horizontal.map(({ from }) => from));
  const right = Math.max(...set.horizontal.map(({ to }) => to));
  const xs = positions([left, right, ...set.vertical.map(({ at }) => at)], SAME_EDGE_PT);
  const top = Math.min(...set.vertical.map(({ from }) => from));
  const bottom = Math.max(...set.vertical.map(({ to }) => to));
  const ys = positions([top, bottom, ...set.horizontal.map(({ at }) => at)], SAME_EDGE_PT);
  const cells = (xs.length - 1) * (ys.length - 1);
  if (xs.length < 3 || ys.length < 2 || cells < 2 || cells > MAX_CELLS) return undefined;
  return { xs, ys, rulings: set };
}

function isInside(line: Line, { xs, ys }: Grid): boolean {
  const x = (line.x0 + line.x1) / 2;
  const y = line.baseline - line.size * 0.3;
  return intervalOf(xs, x) >= 0 && intervalOf(ys, y) >= 0;
}

function toGridTable(grid: Grid, lines: readonly Line[]): Table | undefined {
  const columns = grid.xs.length - 1;
  const rows = grid.ys.length - 1;
  const words = new Map<number, Word[]>();
  for (const word of lines.flatMap((line) => line.words)) {
    const column = intervalOf(grid.xs, (word.x0 + word.x1) / 2);
    const row = intervalOf(grid.ys, word.baseline - word.size * 0.3);
    if (column < 0 || row < 0) continue;
    const key = row * columns + column;
    words.set(key, [...(words.get(key) ?? []), word]);
  }
  if (words.size < 2) return undefined;
  const merged = mergeCells(grid, rows, columns);
  const result = Array.from({ length: rows }, (_, row) => toRow(merged, words, row, columns));
  const spanned = merged.filter((area, index) => area.first === index).length;
  if (filledAreas(merged, words) < spanned * MIN_FILLED || spanned < 2) return undefined;
  return toTable(splitTextRows(result.filter((row) => row.length > 0)));
}

function filledAreas(merged: readonly Area[], words: ReadonlyMap<number, readonly Word[]>): number {
  return new Set([...words.keys()].map((key) => merged[key]?.first)).size;
}

/** The cells that a merged cell covers, known by its top left one. */
interface Area {
  readonly first: number;
  readonly colspan: number;
  readonly rowspan: number;
}

/** Grows each cell to the right and down while no line parts it from the next. */
function mergeCells(grid: Grid, rows: number, columns: number): Area[] {
  const areas: Area[] = [];
  for (let index = 0; index < rows * columns; index += 1) {
    if (areas[index]) continue;
    const row = Math.floor(index / columns);
    const column = index % columns;
    let colspan = 1;
    while (
      column + colspan < columns &&
      !areas[index + colspan] &&
      isOpenRight(grid, row, column + colspan)
    ) {
      colspan += 1;
    }
    let rowspan = 1;
    while (row + rowspan < rows && isOpenBelow(grid, row + rowspan, column)) rowspan += 1;
    cover(areas, { first: index, colspan, rowspan }, columns);
  }
  return areas;
}

function cover(areas: Area[], area: Area, columns: number): void {
  for (let y = 0; y < area.rowspan; y += 1) {
    for (let x = 0; x < area.colspan; x += 1) areas[area.first + y * columns + x] = area;
  }
}

/** No line stands between the cell at `column` and the one to its left. */
function isOpenRight(grid: Grid, row: number, column: number): boolean {
  return !hasLine(grid.rulings.vertical, grid.xs[column], middle(grid.ys, row));
}

function isOpenBelow(grid: Grid, row: number, column: number): boolean {
  return !hasLine(grid.rulings.horizontal, grid.ys[row], middle(grid.xs, column));
}

function middle(edges: readonly number[], index: number): number {
  return ((edges[index] ?? 0) + (edges[index + 1] ?? 0)) / 2;
}

function hasLine(segments: readonly Segment[], at: number | undefined, through: number): boolean {
  return segments.some(
    (segment) =>
      Math.abs(segment.at - (at ?? 0)) <= SAME_EDGE_PT && segment.from <= through && segment.to >= through,
  );
}

function toRow(
  merged: readonly Area[],
  words: ReadonlyMap<number, readonly Word[]>,
  row: number,
  columns: number,
): Cell[] {
  const cells: Cell[] = [];
  for (let index = row * columns; index < (row + 1) * columns; index += 1) {
    const area = merged[index];
    if (area?.first !== index) continue;
    const inside: Word[] = [];
    for (const [key, found] of words) if (merged[key]?.first === index) inside.push(...found);
    cells.push(cellOf(inside, area.colspan, area.rowspan));
  }
  return cells;
}
