/** Rows of a borderless table: pieces of text that share a band of the page's height. */
import type { Line } from './words.ts';

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

/** A band is one row, unless more than one of its baselines has several pieces, or it is a paragraph. */
function splitBand(band: readonly Line[]): Row[] {
  const groups: Line[][] = [];
  for (const line of band) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (group && first && line.baseline - first.baseline < SAME_BASELINE_EM * line.size) group.push(line);
    else groups.push([line]);
  }
  const several = groups.filter((group) => group.length > 1).length;
  const isOneRow = groups.length > 1 && several <= 1 && band.length > groups.length;
  const isCentred = groups.length === 3 && several === 1 && groups[1] !== undefined && groups[1].length > 1;
  return isOneRow && (isCentred || startsFull(groups)) ? [toRow(band)] : groups.map((group) => toRow(group));
}

/** The row's own line comes first; what follows goes on its cells. */
function startsFull(groups: readonly (readonly Line[])[]): boolean {
  return (groups[0]?.length ?? 0) > 1 && groups.length <= 4;
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
