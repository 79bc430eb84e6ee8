/** Reads a page's picture with tesseract.js, in its own worker thread, from local language data. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Worker } from 'tesseract.js';
import type { PdfDocument } from './document.ts';
import { type OcrLine, skewOf, toOcrLines } from './ocr-lines.ts';
import { renderPage } from './render-page.ts';
import type { Line } from './words.ts';

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
/** The LSTM model in integers: a third of the size, as good on print. */
const DATA_FOLDER = '4.0.0_best_int';
const LSTM_ONLY = 1;

/** A worker that nobody uses is ended, so that a program which forgets `closeOcr` ends as well. */
const IDLE_MS = 10_000;

let idle: NodeJS.Timeout | undefined;
let worker: { readonly key: string; readonly ready: Promise<Worker> } | undefined;

/** Below this, the page may lie on its side or upside down; at the other, it is surely upright. */
const DOUBTFUL = 0.5;
const SURE = 0.75;
/** Text that lies wrong takes tesseract 20 s at 200 dpi; this resolution tells as well which way up it is. */
const PROBE_DPI = 110;
const TURNS = [180, 90, 270] as const;

/** From this on (degrees), lines run into each other and the page is set straight first. */
const MAX_SKEW = 0.4;

/** Recognises page `index` (from 0), turned if it has to be. One worker is kept between pages; `closeOcr` ends it. */
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
  const { png, scale } = renderPage(document, index, { dpi, maxPixels, turn });
  const reader = await openWorker(languages);
  clearTimeout(idle);
  const { data } = await reader.recognize(Buffer.from(png), {}, { text: false, blocks: true });
  idle = setTimeout(closeOcr, IDLE_MS).unref();
  const lines: OcrLine[] = (data.blocks ?? []).flatMap((block) =>
    block.paragraphs.flatMap(({ lines }) => lines),
  );
  const isTurned = Math.round(turn / 90) % 2 !== 0;
  return {
    lines: toOcrLines(lines, scale),
    confidence: data.confidence / 100,
    isTurned,
    turn,
    skew: skewOf(lines),
  };
}

async function openWorker(languages: readonly string[]): Promise<Worker> {
  const key = languages.join('+');
  if (worker?.key !== key) {
    await closeOcr();
    worker = { key, ready: startWorker(languages) };
  }
  return await worker.ready;
}

async function startWorker(languages: readonly string[]): Promise<Worker> {
  const { createWorker } = await import('tesseract.js');
  const [first = 'eng'] = languages;
  return await createWorker([...languages], LSTM_ONLY, {
    langPath: dataFolder(first),
    gzip: true,
    cacheMethod: 'none',
    // Its default handler throws in a callback, where nobody can catch it; `recognize` rejects as well.
    errorHandler: () => undefined,
  });
}

/** The folder of a language's data, from its package. */
function dataFolder(language: string): string {
  const manifest = createRequire(import.meta.url).resolve(`@tesseract.js-data/${language}/package.json`);
  return join(dirname(manifest), DATA_FOLDER);
}

/** Ends the worker thread and gives its memory back; the next page starts a new one. */
export async function closeOcr(): Promise<void> {
  clearTimeout(idle);
  const open = worker;
  worker = undefined;
  if (!open) return;
  const reader = await open.ready.catch(() => undefined);
  await reader?.terminate();
}
