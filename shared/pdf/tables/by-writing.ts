/**
 * Borderless tables of running text: cells of several lines, found by the order in which the page writes them. A row's
 * cells are written one after the other, each from top to bottom; columns of a newspaper never go back up to a next row.
 */
import { isListMarker } from '../read/list-markers.ts';
import { type Box, boundsOf, type Line, lineText } from '../read/words.ts';
import { type Cell, cellOf, type Table, toTable } from './table.ts';

const MIN_ROWS = 3;
/** Tables with fewer rows that hold a cell of several lines are found by their alignment. */
const MIN_TALL_ROWS = 2;
/** A cell's lines are this close (baselines, in font sizes) … */
const MAX_PITCH_EM = 2.1;
/** … a row's cells begin on one baseline or have one middle … */
const SAME_BASELINE_EM = 0.3;
/** … with a gutter between them, and rows follow each other. */
const MIN_GUTTER_EM = 0.8;
const MAX_ROW_GAP_EM = 3.2;
const SAME_EDGE_PT = 3;

/** Lines written one below the other. */
interface Run extends Box {
  readonly lines: Line[];
}

/** Tables in `lines`, and the lines left over. */
export function takeWrittenTables(lines: readonly Line[]): { tables: Table[]; rest: readonly Line[] } {
  const tables: Table[] = [];
  const taken = new Set<Line>();
  let rows: Run[][] = [];
  for (const row of [...toRunRows(lines), []]) {
    if (goesOn(rows.at(-1), row)) {
      rows.push(row);
      continue;
    }
    if (isTable(rows)) {
      tables.push(toTable(rows.map(toCells)));
      for (const line of rows.flat().flatMap((run) => run.lines)) taken.add(line);
    }
    rows = [row];
  }
  return { tables, rest: taken.size > 0 ? lines.filter((line) => !taken.has(line)) : lines };
}

/** Runs that begin side by side, in the order of writing. */
function toRunRows(lines: readonly Line[]): Run[][] {
  const rows: Run[][] = [];
  for (const run of toRuns(lines)) {
    const row = rows.at(-1);
    const last = row?.at(-1);
    if (row && last && isBeside(last, run)) row.push(run);
    else rows.push([run]);
  }
  return rows;
}

function toRuns(lines: readonly Line[]): Run[] {
  const sorted = [...lines].sort((a, b) => orderOf(a) - orderOf(b));
  const runs: Line[][] = [];
  for (const line of sorted) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before && isBelow(before, line)) run.push(line);
    else runs.push([line]);
  }
  return runs.map((run) => ({ ...boundsOf(run), lines: run }));
}

const orderOf = (line: Line): number => line.words[0]?.order ?? 0;

function isBelow(before: Line, line: Line): boolean {
  const pitch = line.baseline - before.baseline;
  const isClose = pitch > SAME_BASELINE_EM * line.size && pitch < MAX_PITCH_EM * line.size;
  const isFlush =
    Math.abs(line.x0 - before.x0) < SAME_EDGE_PT ||
    Math.abs(line.x1 - before.x1) < SAME_EDGE_PT ||
    Math.abs(line.x0 + line.x1 - before.x0 - before.x1) < SAME_EDGE_PT;
  return isClose && isFlush && Math.abs(line.size - before.size) < 0.2;
}

function isBeside(last: Run, run: Run): boolean {
  const [a, b] = [last.lines[0], run.lines[0]];
  if (!a || !b) return false;
  const isLevel = Math.abs(a.baseline - b.baseline) < SAME_BASELINE_EM * b.size;
  const isCentred = Math.abs(last.y0 + last.y1 - run.y0 - run.y1) < SAME_BASELINE_EM * b.size;
  return (isLevel || isCentred) && run.x0 - last.x1 > MIN_GUTTER_EM * b.size;
}

/** The same columns, directly below. */
function goesOn(before: readonly Run[] | undefined, row: readonly Run[]): boolean {
  const [first] = row;
  if (!before || !first || before.length !== row.length || row.length < 2) return false;
  const gap = Math.min(...row.map((run) => run.y0)) - Math.max(...before.map((run) => run.y1));
  const isNear = gap > -2 && gap < MAX_ROW_GAP_EM * (first.lines[0]?.size ?? 0);
  return isNear && row.every((run, column) => isSameColumn(run, before[column]));
}

/** Flush left or flush right with the cell above. */
function isSameColumn(run: Run, above: Run | undefined): boolean {
  if (!above) return false;
  return Math.abs(run.x0 - above.x0) < SAME_EDGE_PT || Math.abs(run.x1 - above.x1) < SAME_EDGE_PT;
}

function isTable(rows: readonly (readonly Run[])[]): boolean {
  const tall = rows.filter((row) => row.some((run) => run.lines.length > 1));
  if (rows.length < MIN_ROWS || tall.length < MIN_TALL_ROWS) return false;
  const markers = rows.filter((row) => row[0]?.lines[0] && isListMarker(lineText(row[0].lines[0])));
  return markers.length <= rows.length / 2;
}

const toCells = (row: readonly Run[]): Cell[] =>
  row.map((run) => cellOf(run.lines.flatMap((line) => line.words)));
