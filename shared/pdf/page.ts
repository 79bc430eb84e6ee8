/** Converts one page to Markdown. A bad page is a result with the status `failed`, never an exception. */
import type { PdfDocument } from './document.ts';
import { ocrReason } from './needs-ocr.ts';
import { ocrPage } from './ocr.ts';
import type { PdfProfile } from './profile.ts';
import { readPage } from './read-page.ts';
import { toMarkdown } from './to-markdown.ts';
import { lineText, type PageContent } from './words.ts';

export interface PageResult {
  /** From 1. */
  readonly page: number;
  readonly status: 'text' | 'ocr' | 'vision' | 'blank' | 'failed';
  /** How the text was got: `layout`, `tesseract` or `none`. */
  readonly method: string;
  /** 0 to 1: how far the text is to be trusted. */
  readonly confidence: number;
  readonly ms: number;
  readonly markdown: string;
  readonly error?: string;
}

export interface PdfOptions {
  /** `auto`: pages that are pictures or whose text can't be read; `on`: every page. Default `auto`. */
  readonly ocr?: 'off' | 'auto' | 'on';
  /** Tesseract language codes, default English. */
  readonly ocrLanguages?: readonly string[];
  readonly ocrDpi?: number;
  /** Longest side of a page picture, in pixels. */
  readonly maxPixels?: number;
}

type Converted = Pick<PageResult, 'status' | 'method' | 'confidence' | 'markdown' | 'error'>;

/** Below this mean confidence, OCR text is marked in the Markdown. */
const LOW_CONFIDENCE = 0.65;
/** What is left of the trust in a text whose fonts have no way back to Unicode. */
const BAD_TEXT_CONFIDENCE = 0.3;

/** Converts page `page` (from 1) of `document`. After pages with OCR, `closeOcr` ends its thread. */
export async function convertPage(
  document: PdfDocument,
  page: number,
  profile: PdfProfile,
  options: PdfOptions = {},
): Promise<PageResult> {
  const start = performance.now();
  document.engine.takeLog();
  try {
    const content = readPage(document, page - 1);
    const lost = document.engine.takeLog().find((line) => /insufficient memory|malloc/i.test(line));
    if (lost) throw new RangeError(lost);
    const converted = await convert(document, page, content, profile, options);
    return { page, ...converted, ms: performance.now() - start };
  } catch (error) {
    const ms = performance.now() - start;
    return {
      page,
      status: 'failed',
      method: 'none',
      confidence: 0,
      ms,
      markdown: '',
      error: reasonOf(error),
    };
  }
}

async function convert(
  document: PdfDocument,
  page: number,
  content: PageContent,
  profile: PdfProfile,
  options: PdfOptions,
): Promise<Converted> {
  const reason = ocrReason(content);
  const mode = options.ocr ?? 'auto';
  if (mode === 'off' || (mode === 'auto' && !reason)) return fromText(page, content, profile, reason);
  try {
    return await fromPicture(document, page, content, profile, options);
  } catch (error) {
    const converted = fromText(page, content, profile, reason);
    return { ...converted, error: `OCR failed: ${reasonOf(error)}` };
  }
}

function fromText(
  page: number,
  content: PageContent,
  profile: PdfProfile,
  reason: string | undefined,
): Converted {
  const markdown = toMarkdown(content, profile);
  if (reason === 'picture') {
    const mark = `<!-- page ${page} is a picture; its text was not read -->`;
    const both = markdown === '' ? mark : `${mark}\n\n${markdown}`;
    return { status: 'blank', method: 'none', confidence: 0, markdown: both };
  }
  if (markdown === '') return { status: 'blank', method: 'none', confidence: 1, markdown };
  return { status: 'text', method: 'layout', confidence: reason ? BAD_TEXT_CONFIDENCE : 1, markdown };
}

async function fromPicture(
  document: PdfDocument,
  page: number,
  content: PageContent,
  profile: PdfProfile,
  options: PdfOptions,
): Promise<Converted> {
  const { ocrLanguages: languages, ocrDpi: dpi, maxPixels } = options;
  const { lines, confidence, isTurned } = await ocrPage(document, page - 1, { languages, dpi, maxPixels });
  if (lines.length === 0) return fromText(page, content, profile, ocrReason(content));
  const upright = isTurned ? { width: content.height, height: content.width } : {};
  const picture = { ...content, ...upright, lines, rules: [], links: [], images: [] };
  const text = toMarkdown(picture, ocrProfile(lines, profile));
  const mark = `<!-- page ${page} was read by OCR with low confidence (${confidence.toFixed(2)}) -->\n\n`;
  const markdown = confidence < LOW_CONFIDENCE ? mark + text : text;
  return { status: 'ocr', method: 'tesseract', confidence, markdown };
}

/** Sizes of recognised text are its own: the document's headings don't apply, larger lines are headings of level 2. */
function ocrProfile(lines: PageContent['lines'], profile: PdfProfile): PdfProfile {
  const chars = new Map<number, number>();
  for (const line of lines) chars.set(line.size, (chars.get(line.size) ?? 0) + lineText(line).length);
  const [body] = [...chars].sort((a, b) => b[1] - a[1]);
  return { ...profile, bodySize: body?.[0] ?? profile.bodySize, headings: [], hyphenates: true };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
