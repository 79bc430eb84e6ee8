/** A table as rows of cells, and the way from words in a grid to it. */
import { attachShifted } from '../read/attach-shifted.ts';
import { fromTheRight, isRightToLeft } from '../read/bidi.ts';
import { type Box, boundsOf, type Line, toLine, type Word } from '../read/words.ts';

export interface Cell {
  readonly lines: readonly Line[];
  readonly colspan: number;
  readonly rowspan: number;
}

export interface Table extends Box {
  readonly rows: readonly (readonly Cell[])[];
}

/** Words on baselines this close (in font sizes) stand on one line. */
const SAME_LINE_EM = 0.35;

/** The words of a cell or a column as lines from top to bottom. */
export function toLines(words: readonly Word[]): Line[] {
  const sorted = [...words].sort((a, b) => a.baseline - b.baseline);
  const groups: Word[][] = [];
  for (const word of sorted) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (group && first && word.baseline - first.baseline <= SAME_LINE_EM * Math.max(first.size, word.size)) {
      group.push(word);
    } else groups.push([word]);
  }
  return attachShifted(groups).map((group) => toLine(inReadingOrder(group)));
}

/** Words further apart than this (font sizes) that were written apart have a space between them. */
const SPACE_EM = 0.1;

/** By position, from the side that the text is read from. */
function inReadingOrder(words: readonly Word[]): Word[] {
  const isFromRight = isRightToLeft(words.map(({ text }) => text).join(''));
  const sorted = isFromRight
    ? fromTheRight(words, ({ text }) => text)
    : [...words].sort((a, b) => a.x0 - b.x0 || a.order - b.order);
  return sorted.map((word, index) => {
    const before = sorted[index - 1];
    if (!before || word.order === before.order + 1) return word;
    const gap = Math.max(word.x0 - before.x1, before.x0 - word.x1);
    const joined = gap < SPACE_EM * word.size;
    return joined === word.joined ? word : { ...word, joined };
  });
}

export function cellOf(words: readonly Word[], colspan = 1, rowspan = 1): Cell {
  return { lines: toLines(words), colspan, rowspan };
}

export function toTable(rows: readonly (readonly Cell[])[]): Table {
  const lines = rows.flatMap((row) => row.flatMap((cell) => cell.lines));
  return { ...boundsOf(lines), rows };
}

/** The number of columns, spans counted. */
export function columnCount(table: Table): number {
  return Math.max(0, ...table.rows.map((row) => row.reduce((sum, cell) => sum + cell.colspan, 0)));
}

export function hasSpans(table: Table): boolean {
  return table.rows.some((row) => row.some((cell) => cell.colspan > 1 || cell.rowspan > 1));
}

/** Index of the interval between neighbouring `edges` that holds `value`; -1 outside. */
export function intervalOf(edges: readonly number[], value: number): number {
  let index = -1;
  for (const edge of edges) {
    if (value < edge) break;
    index += 1;
  }
  return index < edges.length - 1 ? index : -1;
}
