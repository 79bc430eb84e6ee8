/** Rows of a borderless table: pieces of text that share a band of the page's height. */
import type { Line } from '../read/words.ts';

export interface Row {
  readonly lines: readonly Line[];
  /** Of the letters, without the leading. */
  readonly y0: number;
  readonly y1: number;
  readonly size: number;
}

/** Height of letters above and below the baseline, in font sizes. */
const ASCENT_EM = 0.75;
const DESCENT_EM = 0.2;
/** Bands of one table row may be this close; text rows apart by less are looked at by their baselines. */
const BAND_GAP_EM = 0.45;
const SAME_BASELINE_EM = 0.3;
const HALF_LINE_EM = 0.9;

/** Lines by rows, from top to bottom; the lines of a row from left to right. */
export function toRows(lines: readonly Line[]): Row[] {
  const sorted = [...lines].sort((a, b) => a.baseline - b.baseline);
  const bands: Line[][] = [];
  let bottom = Number.NEGATIVE_INFINITY;
  for (const line of sorted) {
    const band = bands.at(-1);
    if (band && line.baseline - line.size * ASCENT_EM - bottom < BAND_GAP_EM * line.size) band.push(line);
    else {
      bands.push([line]);
      bottom = Number.NEGATIVE_INFINITY;
    }
    bottom = Math.max(bottom, line.baseline + line.size * DESCENT_EM);
  }
  return bands.flatMap(splitBand);
}

/** By baselines; a piece alone between two of them belongs to the row that it is centred on or wrapped around. */
function splitBand(band: readonly Line[]): Row[] {
  const groups = byBaseline(band);
  const full = groups.filter((group) => group.length > 1);
  const rows = full.map((group) => [...group]);
  for (const line of groups.filter((group) => group.length === 1).flat()) {
    const host = full.findIndex((group) => isWrappedAround(group, line));
    if (host < 0) rows.push([line]);
    else rows[host]?.push(line);
  }
  return rows.map((row) => toRow(row)).sort((a, b) => a.y0 - b.y0);
}

function byBaseline(band: readonly Line[]): Line[][] {
  const groups: Line[][] = [];
  for (const line of band) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (group && first && line.baseline - first.baseline < SAME_BASELINE_EM * line.size) group.push(line);
    else groups.push([line]);
  }
  return groups;
}

/** The piece stands half a line above or below the group, in a column where the group has nothing. */
function isWrappedAround(group: readonly Line[], line: Line): boolean {
  const [first] = group;
  if (!first || Math.abs(first.baseline - line.baseline) > HALF_LINE_EM * line.size) return false;
  return group.every((other) => other.x1 < line.x0 || other.x0 > line.x1);
}

function toRow(lines: readonly Line[]): Row {
  const size = Math.max(...lines.map((line) => line.size));
  return {
    lines: [...lines].sort((a, b) => a.x0 - b.x0),
    y0: Math.min(...lines.map((line) => line.baseline - line.size * ASCENT_EM)),
    y1: Math.max(...lines.map((line) => line.baseline + line.size * DESCENT_EM)),
    size,
  };
}
