/** Words that OCR recognised, as the lines that the layout works on. */
import { type Face, type Line, OCR_FACE, toLine, type Word } from '../read/words.ts';
import type { OcrLine, PixelBox } from './tesseract-json.ts';

const FACE: Face = { name: OCR_FACE, bold: false, italic: false, mono: false };

/** Height of a line's box in font sizes (from the top of its ascenders to the foot of its descenders). */
const BOX_EM = 0.95;
/** Heights vary with the letters of a line: within this factor of the usual one, they are it. */
const SAME_SIZE = 1.5;
/** Specks and the edges of the paper come out as words of low confidence; words with letters are told all the same. */
const MIN_CONFIDENCE = 20;
const WORD_LIKE = /\p{L}{4}/u;

/** What tesseract takes a bullet for; its model knows none. */
const BULLET_LIKE = /^[©®°*¢@•]$/;
/** A page with one or two of them at the beginning of a line may have a note or a copyright there. */
const MIN_BULLETS = 3;

/** `scale`: pixels per point of the picture. */
export function toOcrLines(recognised: readonly OcrLine[], scale: number): Line[] {
  const lines = withBullets(recognised);
  const sizes = lines.map(({ bbox }) => (bbox.y1 - bbox.y0) / scale / BOX_EM);
  const usual = median(sizes);
  let order = 0;
  return lines.flatMap((line, index) => {
    const size = snap(sizes[index] ?? usual, usual);
    const baseline = (line.baseline.y0 + line.baseline.y1) / 2 / scale;
    const words = line.words.filter(
      ({ confidence, text }) => text.trim() !== '' && (confidence >= MIN_CONFIDENCE || WORD_LIKE.test(text)),
    );
    if (words.length === 0) return [];
    return [
      toLine(
        words.map(({ text, bbox }): Word => {
          order += 1;
          return {
            text,
            ...toPoints(bbox, scale),
            baseline,
            size,
            face: FACE,
            color: 0,
            joined: false,
            order,
          };
        }),
      ),
    ];
  });
}

function withBullets(lines: readonly OcrLine[]): readonly OcrLine[] {
  const isListed = ({ words: [first, second] }: OcrLine) => second && BULLET_LIKE.test(first?.text ?? '');
  if (lines.filter(isListed).length < MIN_BULLETS) return lines;
  return lines.map((line) => {
    const [first, ...others] = line.words;
    return first && isListed(line) ? { ...line, words: [{ ...first, text: '•' }, ...others] } : line;
  });
}

function toPoints({ x0, y0, x1, y1 }: PixelBox, scale: number): PixelBox {
  return { x0: x0 / scale, y0: y0 / scale, x1: x1 / scale, y1: y1 / scale };
}

/** Only long lines say how the page lies. */
const MIN_SLOPE_PX = 300;

/** How far the page was scanned askew, in degrees clockwise. */
export function skewOf(lines: readonly OcrLine[]): number {
  const slopes = lines
    .map(({ baseline }) => ({ rise: baseline.y1 - baseline.y0, width: baseline.x1 - baseline.x0 }))
    .filter(({ width }) => width >= MIN_SLOPE_PX)
    .map(({ rise, width }) => rise / width);
  return (Math.atan(median(slopes)) * 180) / Math.PI;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function snap(size: number, usual: number): number {
  const factor = size / Math.max(usual, 1);
  return Math.round((factor < SAME_SIZE && factor > 1 / SAME_SIZE ? usual : size) * 2) / 2;
}

/** Of the letters of a page: a banner along its edge has fewer, and a page that lies on its side has nearly all. */
const SIDEWAYS_SHARE = 0.5;

/**
 * Do most of a page's lines run down it? Tesseract finds such lines, and reads them if they begin at the top; their words
 * come in no order that a layout could make sense of.
 */
export function isSideways(lines: readonly OcrLine[]): boolean {
  let letters = 0;
  let sideways = 0;
  for (const { bbox, words } of lines) {
    const length = words.reduce((sum, { text }) => sum + text.length, 0);
    letters += length;
    if (words.length > 1 && bbox.y1 - bbox.y0 > bbox.x1 - bbox.x0) sideways += length;
  }
  return sideways > letters * SIDEWAYS_SHARE;
}
