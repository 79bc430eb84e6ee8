/** Tables without vertical lines: rows of pieces that stand below each other in columns. */

import { isListMarker } from '../read/list-markers.ts';
import { type Line, lineText } from '../read/words.ts';
import { type Column, toCellRows } from './aligned-cells.ts';
import { type Table, toTable } from './table.ts';
import { type Row, toRows } from './text-bands.ts';

/** Fewer rows with several pieces are chance. */
const MIN_ROWS = 3;
/** Rows further apart than this many font sizes belong to different tables. */
const MAX_ROW_GAP_EM = 3.2;
/** Columns of running text have pieces longer than this. */
const MAX_CELL_CHARS = 34;
/** Gutter between columns, in font sizes. */
const MIN_GAP_EM = 0.5;

/** So many other words may have been written between the cells of a row. */
const STRAY_WORDS = 8;

/** Tables in `lines`, and the lines left over. `isFramed` asks less: ruling lines above and below vouch for it. */
export function takeAlignedTables(
  lines: readonly Line[],
  isFramed = false,
): { tables: Table[]; rest: readonly Line[] } {
  const rows = toRows(lines);
  const tables: Table[] = [];
  const taken = new Set<Line>();
  for (let index = 0; index < rows.length; index += 1) {
    const run = tableRun(rows, index);
    const table = run && toAlignedTable(run, isFramed);
    if (!run || !table) continue;
    tables.push(table);
    for (const row of run.rows) for (const line of row.lines) taken.add(line);
    index += run.rows.length - 1;
  }
  return { tables, rest: lines.filter((line) => !taken.has(line)) };
}

interface Run {
  readonly rows: readonly Row[];
  readonly columns: readonly Column[];
}

/** The rows from `start` on that share columns. */
function tableRun(rows: readonly Row[], start: number): Run | undefined {
  const first = rows[start];
  if (!first || first.lines.length < 2 || !isWrittenAsRow(first)) return undefined;
  let columns: Column[] = toColumns(first.lines);
  const run: Row[] = [first];
  for (const row of rows.slice(start + 1)) {
    const next = addRow(columns, row, run.at(-1) ?? first);
    if (!next || !isWrittenAsRow(row)) break;
    columns = next;
    run.push(row);
  }
  while (isLoose(run)) run.pop();
  return { rows: run, columns };
}

/** The last row is a single piece away from the others: what follows the table. */
function isLoose(run: readonly Row[]): boolean {
  const last = run.at(-1);
  return last !== undefined && last.lines.length < 2 && !isTight(run.at(-2), last);
}

function isTight(before: Row | undefined, row: Row | undefined): boolean {
  return before !== undefined && row !== undefined && row.y0 - before.y1 < 0.6 * row.size;
}

/** Where the pieces stand; those above each other (a head over two lines) are one column. */
function toColumns(lines: readonly Line[]): Column[] {
  const columns: Column[] = [];
  for (const { x0, x1 } of [...lines].sort((a, b) => a.x0 - b.x0)) {
    const last = columns.at(-1);
    if (last && x0 < last.to) last.to = Math.max(last.to, x1);
    else columns.push({ from: x0, to: x1 });
  }
  return columns;
}

/** The columns widened by `row`; undefined if a piece of it stands in two columns, or it is a line of text. */
function addRow(columns: readonly Column[], row: Row, before: Row): Column[] | undefined {
  if (row.y0 - before.y1 > MAX_ROW_GAP_EM * row.size) return undefined;
  if (row.lines.length < 2 && !isContinuation(columns, row, before)) return undefined;
  const pieces = toColumns(row.lines);
  const merged: Column[] = columns.map((column) => ({ ...column }));
  for (const piece of pieces) {
    const hits = merged.filter((column) => piece.from < column.to + 1 && piece.to > column.from - 1);
    const [hit, other] = hits;
    if (other) return undefined;
    if (hit) {
      hit.from = Math.min(hit.from, piece.from);
      hit.to = Math.max(hit.to, piece.to);
    } else merged.push({ ...piece });
  }
  merged.sort((a, b) => a.from - b.from);
  return haveGaps(merged, row.size) ? merged : undefined;
}

function haveGaps(columns: readonly Column[], size: number): boolean {
  return columns.every((column, index) => {
    const next = columns[index + 1];
    return !next || next.from - column.to >= MIN_GAP_EM * size * 0.8;
  });
}

/** One piece alone goes on a cell of the row before, in a column that is not the first. */
function isContinuation(columns: readonly Column[], row: Row, before: Row): boolean {
  const [piece] = row.lines;
  const index = columns.findIndex((column) => piece && piece.x0 < column.to && piece.x1 > column.from);
  const column = columns[index];
  if (!piece || !column) return false;
  const fits = piece.x1 <= column.to + piece.size && piece.x0 >= column.from - piece.size;
  return fits && row.y0 - before.y1 < 1.2 * row.size && (index > 0 || isTight(before, row));
}

function toAlignedTable(run: Run, isFramed: boolean): Table | undefined {
  const full = run.rows.filter((row) => row.lines.length >= 2);
  const least = isFramed || run.columns.length >= 3 ? 2 : MIN_ROWS;
  if (run.columns.length < 2 || full.length < least || !isTabular(run, full, isFramed)) return undefined;
  return toTable(toCellRows(run.rows, run.columns));
}

/** Cells of a row are written one after the other; columns of running text are written one below the other. */
function isWrittenAsRow({ lines }: Row): boolean {
  const orders = lines.flatMap((line) => line.words.map((word) => word.order));
  return Math.max(...orders) - Math.min(...orders) < orders.length + STRAY_WORDS;
}

function isTabular({ columns }: Run, full: readonly Row[], isFramed: boolean): boolean {
  const pieces = full.flatMap((row) => row.lines);
  const firsts = full.map((row) => lineText(row.lines[0] ?? { words: [] }));
  if (firsts.filter((text) => isListMarker(text)).length > full.length / 2) return false;
  if (pieces.some((line) => /\.{5}|(\. ){4}/.test(lineText(line)))) return false;
  if (pieces.every((line) => line.face.mono) && !isFramed) return false;
  const short = pieces.filter((line) => lineText(line).length <= MAX_CELL_CHARS).length;
  const filled = pieces.length / (full.length * columns.length);
  return (isFramed || short >= pieces.length * 0.7) && filled >= 0.45;
}
