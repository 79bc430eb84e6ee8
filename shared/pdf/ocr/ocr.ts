/** Reads a page's picture with tesseract: upright, turned or askew. */
import type { PdfDocument } from '../document.ts';
import type { Line } from '../read/words.ts';
import { POINTS_PER_INCH, renderGray } from '../render-page.ts';
import { isSideways, skewOf, toOcrLines } from './lines.ts';
import { readPicture } from './reader.ts';

export { closeOcr } from './reader.ts';

export interface OcrOptions {
  /** Tesseract codes; data for other languages than English is installed as `@tesseract.js-data/<code>`. */
  readonly languages?: readonly string[];
  readonly dpi?: number;
  readonly maxPixels?: number;
}

export interface OcrResult {
  readonly lines: readonly Line[];
  /** Mean of the words, 0 to 1. */
  readonly confidence: number;
  /** Width and height of the page have changed places. */
  readonly isTurned: boolean;
}

/** Print is read at 200 dpi as well as at 300, in half the time. */
const DEFAULT_DPI = 200;

/** Below this, the page may lie on its side or upside down; at the other, it is surely upright. */
const DOUBTFUL = 0.5;
const SURE = 0.75;
/** Text that lies wrong takes tesseract long; this resolution tells as well which way up it is. */
const PROBE_DPI = 110;

/** From this on (degrees), lines run into each other and the page is set straight first. */
const MAX_SKEW = 0.4;

/** Recognises page `index` (from 0), turned if it has to be. One thread is kept between pages; `closeOcr` ends it. */
export async function ocrPage(
  document: PdfDocument,
  index: number,
  options: OcrOptions = {},
): Promise<OcrResult> {
  const upright = await recogniseUpright(document, index, options);
  if (Math.abs(upright.skew) < MAX_SKEW) return upright;
  const straight = await recognise(document, index, options, upright.turn - upright.skew);
  return straight.confidence >= upright.confidence - 0.05 ? straight : upright;
}

async function recogniseUpright(
  document: PdfDocument,
  index: number,
  options: OcrOptions,
): Promise<Recognised> {
  const asItLies = await recognise(document, index, options, 0);
  if (isUpright(asItLies)) return asItLies;
  let best: Recognised | undefined;
  for (const turn of turnsFor(asItLies)) {
    const probe = await recognise(document, index, { ...options, dpi: PROBE_DPI }, turn);
    if (!isUpright(probe)) continue;
    const turned = await recognise(document, index, options, turn);
    if (!best || turned.confidence > best.confidence) best = turned;
    if (best.confidence >= SURE) break;
  }
  return best ?? { ...asItLies, confidence: Math.min(asItLies.confidence, DOUBTFUL) };
}

interface Recognised extends OcrResult {
  readonly turn: number;
  readonly skew: number;
  readonly isSideways: boolean;
}

const isUpright = ({ confidence, isSideways }: Recognised): boolean => confidence >= DOUBTFUL && !isSideways;

/** What may set the page upright, the likeliest first: lines that run down are read well, lines that run up are not. */
function turnsFor({ isSideways, confidence }: Recognised): readonly number[] {
  if (!isSideways) return [180, 90, 270];
  return confidence >= DOUBTFUL ? [270, 90] : [90, 270];
}

async function recognise(
  document: PdfDocument,
  index: number,
  options: OcrOptions,
  turn: number,
): Promise<Recognised> {
  const { dpi = DEFAULT_DPI, maxPixels, languages = ['eng'] } = options;
  const { pixels, width, height, scale } = renderGray(document, index, { dpi, maxPixels, turn });
  const picture = { pixels, width, height, dpi: scale * POINTS_PER_INCH };
  const { lines, confidence } = await readPicture(picture, languages);
  const isTurned = Math.round(turn / 90) % 2 !== 0;
  return {
    lines: toOcrLines(lines, scale),
    confidence: confidence / 100,
    isTurned,
    turn,
    skew: skewOf(lines),
    isSideways: isSideways(lines),
  };
}
