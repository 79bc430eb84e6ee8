/** Tables between horizontal lines of one length (booktabs and the like). */

import type { Line } from '../read/words.ts';
import { takeAlignedTables } from './aligned.ts';
import { splitAtChannels } from './channels.ts';
import { toRuledTable } from './ruled-rows.ts';
import type { Rulings, Segment } from './rulings.ts';
import type { Table } from './table.ts';

const MIN_WIDTH_PT = 40;
const SAME_EXTENT_PT = 8;
/** More lines of one length are a drawing or ruled paper. */
const MAX_LINES = 100;
/** Pairs of lines that are tried on one page; a table needs one to three, a page of strokes would take minutes. */
const MAX_TRIES = 300;

interface Budget {
  tries: number;
}

export function takeFramedTables(
  lines: readonly Line[],
  { horizontal }: Rulings,
): { tables: Table[]; rest: readonly Line[] } {
  const tables: Table[] = [];
  const budget = { tries: MAX_TRIES };
  let rest = lines;
  for (const frame of frames(horizontal)) {
    const found = takeFrame(rest, frame, budget);
    tables.push(...found.tables);
    rest = found.rest;
  }
  return { tables, rest };
}

/** Lines that begin and end at the same places, from top to bottom. */
function frames(horizontal: readonly Segment[]): Segment[][] {
  const groups: Segment[][] = [];
  for (const segment of [...horizontal].sort((a, b) => a.at - b.at)) {
    if (segment.to - segment.from < MIN_WIDTH_PT) continue;
    const group = groups.find(
      ([first]) =>
        first &&
        Math.abs(first.from - segment.from) < SAME_EXTENT_PT &&
        Math.abs(first.to - segment.to) < SAME_EXTENT_PT,
    );
    if (group) group.push(segment);
    else groups.push([segment]);
  }
  return groups.filter((group) => group.length >= 2 && group.length <= MAX_LINES);
}

/** Goes down from line to line and takes as many gaps together as make one table. */
function takeFrame(
  lines: readonly Line[],
  frame: readonly Segment[],
  budget: Budget,
): { tables: Table[]; rest: readonly Line[] } {
  const tables: Table[] = [];
  let rest = lines;
  let start = 0;
  while (start < frame.length - 1) {
    const end = widestTable(rest, frame, start, budget);
    if (end) {
      tables.push(end.table);
      rest = end.rest;
    }
    start = end?.index ?? start + 1;
  }
  return { tables, rest };
}

function widestTable(
  lines: readonly Line[],
  frame: readonly Segment[],
  start: number,
  budget: Budget,
): { table: Table; rest: readonly Line[]; index: number } | undefined {
  for (let index = frame.length - 1; index > start; index -= 1) {
    if (budget.tries <= 0) return undefined;
    const inside = between(lines, frame[start], frame[index]);
    if (inside.length < 2) continue;
    budget.tries -= 1;
    const ruled = toRuledTable(inside, frame.slice(start, index + 1));
    if (ruled) return { table: ruled, rest: without(lines, inside), index };
    const { tables, rest } = takeAlignedTables(splitAtChannels(inside), true);
    const [table] = tables;
    if (!table || tables.length > 1 || rest.length > 0) continue;
    return { table, rest: without(lines, inside), index };
  }
  return undefined;
}

function without(lines: readonly Line[], taken: readonly Line[]): readonly Line[] {
  const set = new Set(taken);
  return lines.filter((line) => !set.has(line));
}

function between(lines: readonly Line[], top: Segment | undefined, bottom: Segment | undefined): Line[] {
  if (!top || !bottom) return [];
  return lines.filter(
    (line) =>
      line.baseline > top.at &&
      line.baseline - line.size * 0.3 < bottom.at &&
      line.x0 >= top.from - SAME_EXTENT_PT &&
      line.x1 <= top.to + SAME_EXTENT_PT,
  );
}
