/**
 * The text that a scanner's software laid over a page's picture. It is placed word by word in a font of another width, so that
 * words are too narrow, and what lies between them looks like the gaps of a table.
 */
import { type Box, type Line, OCR_FACE, type PageContent, toLine, type Word } from '../read/words.ts';

/** The picture of a scanned page covers all of it but for margins that were cut. */
const SCAN_SHARE = 0.85;
/** Words of one font stand a quarter to a half of its size apart, also in justified text. */
const WIDE_GAP_EM = 0.5;
/** More than this many usual gaps lie between columns. */
const COLUMN_GAPS = 3;
/** Words of a line have baselines that differ by less than this, in font sizes. */
const SAME_BASELINE_EM = 0.35;
/** A few words don't tell. */
const MIN_GAPS = 20;

/** A scanned page's lines as they were printed; any other page as it is. */
export function joinOcrLayer(content: PageContent): PageContent {
  if (!content.images.some((image) => covers(image, content))) return content;
  const rows = toRows(content.lines.flatMap((line) => line.words));
  const gap = usualGap(rows);
  if (gap < WIDE_GAP_EM) return content;
  return { ...content, lines: rows.flatMap((row) => cut(row, gap * COLUMN_GAPS)) };
}

/** Was the page's text recognised in its picture? */
export function isRecognised({ lines }: PageContent): boolean {
  return lines.length > 0 && lines.every(({ face }) => face.name === OCR_FACE);
}

function covers({ x0, y0, x1, y1 }: Box, { width, height }: PageContent): boolean {
  return (x1 - x0) * (y1 - y0) >= SCAN_SHARE * width * height;
}

/** Words on one baseline, left to right. */
function toRows(words: readonly Word[]): Word[][] {
  const rows: Word[][] = [];
  for (const word of words.toSorted((a, b) => a.baseline - b.baseline)) {
    const [last] = rows.at(-1) ?? [];
    if (last && word.baseline - last.baseline < SAME_BASELINE_EM * word.size) rows.at(-1)?.push(word);
    else rows.push([word]);
  }
  return rows.map((row) => row.sort((a, b) => a.x0 - b.x0));
}

/** The median gap between words, in font sizes. */
function usualGap(rows: readonly (readonly Word[])[]): number {
  const gaps = rows
    .flatMap((row) => row.slice(1).map((word, index) => gapEm(row[index] ?? word, word)))
    .sort((a, b) => a - b);
  return gaps.length < MIN_GAPS ? 0 : (gaps[Math.floor(gaps.length / 2)] ?? 0);
}

const gapEm = (before: Word, { x0, size }: Word): number => (x0 - before.x1) / Math.max(1, size);

function cut(row: readonly Word[], columnGapEm: number): Line[] {
  const lines: Word[][] = [];
  for (const word of row) {
    const last = lines.at(-1);
    const before = last?.at(-1);
    const recognised = { ...word, face: { ...word.face, name: OCR_FACE }, joined: false };
    if (last && before && gapEm(before, word) <= columnGapEm) last.push(recognised);
    else lines.push([recognised]);
  }
  return lines.map((words) => toLine(words));
}
