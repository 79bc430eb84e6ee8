/** Reads a page's picture with tesseract: upright, turned or askew. */
import type { PdfDocument } from './document.ts';
import { skewOf, toOcrLines } from './ocr-lines.ts';
import { readPicture } from './ocr-reader.ts';
import { POINTS_PER_INCH, renderGray } from './render-page.ts';
import type { Line } from './words.ts';

export { closeOcr } from './ocr-reader.ts';

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
/** Text that lies wrong takes tesseract 20 s at 200 dpi; this resolution tells as well which way up it is. */
const PROBE_DPI = 110;
const TURNS = [180, 90, 270] as const;

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
  let best = await recognise(document, index, options, 0);
  if (best.confidence >= DOUBTFUL) return best;
  const probe = { ...options, dpi: PROBE_DPI };
  for (const turn of TURNS) {
    const { confidence } = await recognise(document, index, probe, turn);
    if (confidence < DOUBTFUL) continue;
    const turned = await recognise(document, index, options, turn);
    if (turned.confidence > best.confidence) best = turned;
    if (best.confidence >= SURE) break;
  }
  return best;
}

interface Recognised extends OcrResult {
  readonly turn: number;
  readonly skew: number;
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
  };
}
