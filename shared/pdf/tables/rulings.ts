/** Ruling lines: drawn bars and strokes as horizontal and vertical segments, pieces of one line put together. */
import type { Box, Rule } from '../read/words.ts';

export interface Segment {
  /** y of a horizontal, x of a vertical segment. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

export interface Rulings {
  readonly horizontal: readonly Segment[];
  readonly vertical: readonly Segment[];
}

/** A bar thinner than this is a line; thicker, it is a filled area. */
const MAX_LINE_PT = 3;
const MIN_LINE_PT = 4;
/** Ends of pieces this close meet. */
const MEET_PT = 3;
/** White bars draw nothing on a white page. */
const WHITE = 0xf8f8f8;

export function toRulings(rules: readonly Rule[]): Rulings {
  const horizontal: Segment[] = [];
  const vertical: Segment[] = [];
  for (const rule of rules) {
    if (isWhite(rule.color)) continue;
    if (isFlat(rule)) horizontal.push(level((rule.y0 + rule.y1) / 2, rule));
    else if (isThin(rule)) vertical.push(upright((rule.x0 + rule.x1) / 2, rule));
    else if (isBox(rule)) {
      horizontal.push(level(rule.y0, rule), level(rule.y1, rule));
      vertical.push(upright(rule.x0, rule), upright(rule.x1, rule));
    }
  }
  return { horizontal: mergePieces(horizontal), vertical: mergePieces(vertical) };
}

function isFlat({ x0, y0, x1, y1 }: Rule): boolean {
  return y1 - y0 <= MAX_LINE_PT && x1 - x0 >= MIN_LINE_PT;
}

function isThin({ x0, y0, x1, y1 }: Rule): boolean {
  return x1 - x0 <= MAX_LINE_PT && y1 - y0 >= MIN_LINE_PT;
}

function isBox({ x0, y0, x1, y1, stroked }: Rule): boolean {
  return stroked && x1 - x0 > MIN_LINE_PT && y1 - y0 > MIN_LINE_PT;
}

const level = (at: number, box: Box): Segment => ({ at, from: box.x0, to: box.x1 });
const upright = (at: number, box: Box): Segment => ({ at, from: box.y0, to: box.y1 });

export function isWhite(color: number): boolean {
  return (color & 0xf8f8f8) === WHITE;
}

/** Pieces at one position that touch become one segment. */
function mergePieces(pieces: readonly Segment[]): Segment[] {
  const sorted = [...pieces].sort((a, b) => a.at - b.at);
  const merged: Segment[] = [];
  let group: Segment[] = [];
  for (const piece of sorted) {
    const first = group[0];
    if (first && piece.at - first.at > MAX_LINE_PT / 2) {
      merged.push(...unite(group));
      group = [];
    }
    group.push(piece);
  }
  return [...merged, ...unite(group)];
}

function unite(group: readonly Segment[]): Segment[] {
  const sorted = [...group].sort((a, b) => a.from - b.from);
  const united: Segment[] = [];
  for (const piece of sorted) {
    const last = united.at(-1);
    if (last && piece.from <= last.to + MEET_PT) {
      united[united.length - 1] = { at: last.at, from: last.from, to: Math.max(last.to, piece.to) };
    } else united.push(piece);
  }
  return united;
}

/** A page of drawings has thousands of strokes; finding tables in them is quadratic. */
const MAX_SEGMENTS = 2_000;

/** Sets of segments that touch each other: a table's lines, a frame, a drawing. */
export function connected({ horizontal, vertical }: Rulings): Rulings[] {
  if (horizontal.length + vertical.length > MAX_SEGMENTS) return [];
  const parents = Array.from({ length: horizontal.length + vertical.length }, (_, index) => index);
  const find = (index: number): number => {
    let root = index;
    while (parents[root] !== root) root = parents[root] ?? root;
    parents[index] = root;
    return root;
  };
  for (const [h, row] of horizontal.entries()) {
    vertical.forEach((column, v) => {
      if (crosses(row, column)) parents[find(h)] = find(horizontal.length + v);
    });
  }
  const sets = new Map<number, { horizontal: Segment[]; vertical: Segment[] }>();
  const set = (index: number) => {
    const root = find(index);
    const known = sets.get(root) ?? { horizontal: [], vertical: [] };
    sets.set(root, known);
    return known;
  };
  for (const [h, row] of horizontal.entries()) set(h).horizontal.push(row);
  for (const [v, column] of vertical.entries()) set(horizontal.length + v).vertical.push(column);
  return [...sets.values()];
}

function crosses(row: Segment, column: Segment): boolean {
  return (
    column.at >= row.from - MEET_PT &&
    column.at <= row.to + MEET_PT &&
    row.at >= column.from - MEET_PT &&
    row.at <= column.to + MEET_PT
  );
}

/** Positions in rising order, those closer than `apart` taken as one. */
export function positions(values: readonly number[], apart: number): number[] {
  const result: number[] = [];
  for (const value of [...values].sort((a, b) => a - b)) {
    if (value - (result.at(-1) ?? Number.NEGATIVE_INFINITY) > apart) result.push(value);
  }
  return result;
}
