/** A page's Markdown by what this machine has: the page's own text, or OCR. */

import type { PdfProfile } from './facts-schema.ts';
import type { Figure } from './figures/figures.ts';
import { charsOf, layOutPage } from './layout/whole-page.ts';
import { toMarkdown } from './markdown/to-markdown.ts';
import { ocrReason } from './ocr/needs-ocr.ts';
import { ocrPage } from './ocr/ocr.ts';
import type { LeftOut, PageResult } from './page-result.ts';
import type { PageJob } from './pdf-options.ts';
import { lineText, type PageContent, regionsOf } from './read/words.ts';

export interface Converted
  extends Pick<PageResult, 'status' | 'method' | 'confidence' | 'markdown' | 'error' | 'leftOut'> {
  /** OCR was needed and could not read the page well. */
  readonly isPoor?: boolean;
}

interface ReadPage extends PageJob {
  readonly content: PageContent;
  readonly figures: readonly Figure[];
}

/** Below this mean confidence, OCR text is marked in the Markdown, or read by the vision model. */
const LOW_CONFIDENCE = 0.65;
/** A page that lost a larger share of its text is marked in the Markdown. */
const MAX_UNPLACED = 0.01;
/** What is left of the trust in a text whose fonts have no way back to Unicode, or of which a part is missing. */
const BAD_TEXT_CONFIDENCE = 0.3;

/** Converts what was read of a page; an error is a result with the status `failed`. */
export async function convertLocally(
  job: PageJob,
  content: PageContent,
  figures: readonly Figure[],
): Promise<Converted> {
  try {
    return await convert({ ...job, content, figures });
  } catch (error) {
    return { status: 'failed', method: 'none', confidence: 0, markdown: '', error: reasonOf(error) };
  }
}

async function convert(read: ReadPage): Promise<Converted> {
  const reason = ocrReason(read.content);
  const mode = read.options.ocr ?? 'auto';
  if (mode === 'off' || (mode === 'auto' && !reason)) return fromText(read, reason);
  try {
    return await inTurn(() => fromPicture(read));
  } catch (error) {
    return { ...fromText(read, reason), error: `OCR failed: ${reasonOf(error)}`, isPoor: true };
  }
}

/** Tesseract reads one page at a time; a page that falls back to it from the vision model waits for its turn. */
let lastTurn: Promise<unknown> = Promise.resolve();

function inTurn<T>(read: () => Promise<T>): Promise<T> {
  const turn = lastTurn.then(read, read);
  lastTurn = turn;
  return turn;
}

function fromText(read: ReadPage, reason: string | undefined): Converted {
  const { markdown, leftOut } = write(read, read.content, read.profile);
  const losses = hasSome(leftOut) ? { leftOut } : {};
  if (reason === 'picture') {
    const mark = `<!-- page ${read.page} is a picture; its text was not read -->`;
    return { status: 'blank', method: 'none', confidence: 0, markdown: below(mark, markdown), ...losses };
  }
  const { unplaced = 0 } = leftOut;
  if (unplaced > charsOnPage(read.content) * MAX_UNPLACED) {
    const mark = `<!-- page ${read.page}: ${unplaced} characters of its text are missing here -->`;
    const confidence = BAD_TEXT_CONFIDENCE;
    return { status: 'text', method: 'layout', confidence, markdown: below(mark, markdown), ...losses };
  }
  if (markdown === '') return { status: 'blank', method: 'none', confidence: 1, markdown, ...losses };
  const confidence = reason ? BAD_TEXT_CONFIDENCE : 1;
  return { status: 'text', method: 'layout', confidence, markdown, ...losses };
}

function below(mark: string, markdown: string): string {
  return markdown === '' ? mark : `${mark}\n\n${markdown}`;
}

function hasSome(leftOut: LeftOut): boolean {
  return Object.keys(leftOut).length > 0;
}

function charsOnPage(content: PageContent): number {
  return charsOf(regionsOf(content).flatMap(({ lines }) => lines.flatMap((line) => line.words)));
}

async function fromPicture(read: ReadPage): Promise<Converted> {
  const { document, page, content, profile } = read;
  const { ocrLanguages: languages, ocrDpi: dpi, maxPixels } = read.options;
  const { lines, confidence, isTurned } = await ocrPage(document, page - 1, { languages, dpi, maxPixels });
  const isLow = confidence < LOW_CONFIDENCE;
  if (lines.length === 0) {
    // A mean of no words is 0 and says nothing: the page is a photograph, or the empty back of a sheet.
    return { ...fromText(read, ocrReason(content)), isPoor: isLow && confidence > 0 };
  }
  const upright = isTurned ? { width: content.height, height: content.width } : {};
  const picture = { ...content, ...upright, lines, rules: [], links: [], images: [], turned: [] };
  const { markdown: text, leftOut } = write(read, picture, ocrProfile(lines, profile));
  const mark = `<!-- page ${page} was read by OCR with low confidence (${confidence.toFixed(2)}) -->\n\n`;
  const markdown = isLow ? mark + text : text;
  const losses = hasSome(leftOut) ? { leftOut } : {};
  return { status: 'ocr', method: 'tesseract', confidence, markdown, isPoor: isLow, ...losses };
}

function write({ figures, options }: ReadPage, content: PageContent, profile: PdfProfile) {
  const layout = layOutPage(content, profile);
  const markdown = toMarkdown(layout, profile, { figures, tables: options.tables });
  return { markdown, leftOut: layout.leftOut };
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
