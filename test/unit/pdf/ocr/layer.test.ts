import { expect, it } from 'vitest';
import { joinOcrLayer } from '../../../../shared/pdf/ocr/layer.ts';
import {
  type Line,
  lineText,
  type PageContent,
  toLine,
  type Word,
} from '../../../../shared/pdf/read/words.ts';

const FACE = { name: 'Helvetica', bold: false, italic: false, mono: false };
const SIZE = 8;

/** Six words of a row, each 20 pt wide, `gap` apart and a line of its own, as such layers are read. */
function rowOf(row: number, gap: number, x = 50): Line[] {
  return Array.from({ length: 6 }, (_, column) => {
    const x0 = x + column * (20 + gap);
    // Baselines jump by less than a point.
    const baseline = 100 + 12 * row + (column % 2) * 0.8;
    const box = { x0, y0: baseline - SIZE, x1: x0 + 20, y1: baseline };
    const word: Word = {
      ...box,
      text: `${'abcdef'[column]}${row}`,
      baseline,
      size: SIZE,
      face: FACE,
      color: 0,
      joined: false,
      order: row * 6 + column,
    };
    return toLine([word]);
  });
}

const pageOf = (lines: readonly Line[], image = 1): PageContent => ({
  width: 600,
  height: 800,
  lines,
  rules: [],
  images: [{ x0: 0, y0: 0, x1: 600, y1: 800 * image }],
  links: [],
  turned: [],
});

const rows = (gap: number, x?: number) => Array.from({ length: 8 }, (_, row) => rowOf(row, gap, x)).flat();

it('joins the words of a row that are too narrow', () => {
  const { lines } = joinOcrLayer(pageOf(rows(9)));

  expect(lines.map(lineText)).toEqual(
    Array.from({ length: 8 }, (_, row) => `a${row} b${row} c${row} d${row} e${row} f${row}`),
  );
});

it('keeps columns apart', () => {
  const { lines } = joinOcrLayer(pageOf([...rows(6), ...rows(6, 280)]));

  expect(lines).toHaveLength(16);
  expect(lines.slice(0, 2).map(lineText)).toEqual(['a0 b0 c0 d0 e0 f0', 'a0 b0 c0 d0 e0 f0']);
});

it.each([
  ['beside a picture', pageOf(rows(9), 0.5)],
  ['with words as wide as they are printed', pageOf(rows(2.5))],
  ['of a few words', pageOf(rowOf(0, 9))],
])('leaves a page %s as it is', (_name, page) => {
  expect(joinOcrLayer(page)).toBe(page);
});
