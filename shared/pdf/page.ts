/**
 * Converts one page to Markdown. A bad page is a result with the status `failed`, never an exception.
 *
 * A page is begun (read, its pictures stored, OCR if it is needed) and then finished (by the vision model, if it is to be
 * used): `page-steps.ts`. `pages.ts` does so for many pages, with several at the model at once.
 */
import type { VisionModel } from '../vision/vision-model.ts';
import type { PdfDocument } from './document.ts';
import type { PdfProfile } from './facts-schema.ts';
import type { FigureRecord, PutFigure } from './figures.ts';
import { beginPage, finishPage } from './page-steps.ts';
import type { TableStyle } from './table-markdown.ts';
import type { VisionUse } from './vision-page.ts';

/** Plain JSON: what a journal can keep, and all that later steps need. */
export interface PageResult {
  /** From 1. */
  readonly page: number;
  readonly status: 'text' | 'ocr' | 'vision' | 'blank' | 'failed';
  /** What the text was got by. */
  readonly method: 'layout' | 'tesseract' | 'vision' | 'none';
  /** 0 to 1: how far the text is to be trusted. */
  readonly confidence: number;
  readonly ms: number;
  readonly markdown: string;
  /** Why the page failed, or why another method than the intended one was used. */
  readonly error?: string;
  /** The page is dense in formulas. */
  readonly maths?: true;
  /** The model's part, if it was asked, also in vain. */
  readonly vision?: VisionUse;
  readonly figures?: readonly FigureRecord[];
  /** Pictures over the limits, or that could not be drawn. */
  readonly figuresLeftOut?: number;
}

/** Settings, all plain JSON: everything in them but `vision.concurrency` decides the result. */
export interface PdfOptions {
  /** `auto`: pages that are pictures or whose text can't be read; `on`: every page. Default `auto`. */
  readonly ocr?: 'off' | 'auto' | 'on';
  /** Tesseract language codes, default English. */
  readonly ocrLanguages?: readonly string[];
  readonly ocrDpi?: number;
  /** Longest side of a page picture, in pixels. */
  readonly maxPixels?: number;
  /** `auto`: pipe tables, HTML where cells are merged, which pipe tables can't say. Default `auto`. */
  readonly tables?: TableStyle;
  /** Extracts pictures; needs `PdfTools.putFigure`. Default false. */
  readonly figures?: boolean;
  /** Needs `PdfTools.vision` unless its mode is `off`. Default off. */
  readonly vision?: VisionOptions;
}

export interface VisionOptions {
  /** `auto`: pages that OCR read badly and pages dense in formulas; `all`: every page that shows something. */
  readonly mode: 'auto' | 'all' | 'off';
  /** Pages with the model at once. Default 4. */
  readonly concurrency?: number;
  /** Resolution of the page pictures. Default 150. */
  readonly dpi?: number;
  /** Prices per million tokens; with them, page records have a cost. */
  readonly prices?: { readonly input: number; readonly output: number };
}

/** What a conversion needs besides its settings. */
export interface PdfTools {
  readonly vision?: VisionModel;
  readonly putFigure?: PutFigure;
  /** Ends waiting for the model; `convertPage` then throws its reason. */
  readonly signal?: AbortSignal;
}

export interface PageJob {
  readonly document: PdfDocument;
  /** From 1. */
  readonly page: number;
  readonly profile: PdfProfile;
  readonly options: PdfOptions;
  readonly tools: PdfTools;
}

/**
 * Converts page `page` (from 1) of `document`. After pages with OCR, `closeOcr` ends its thread. Throws what `putFigure` throws,
 * the reason of an aborted signal, and TypeError for settings whose tool is missing.
 */
export async function convertPage(
  document: PdfDocument,
  page: number,
  profile: PdfProfile,
  options: PdfOptions = {},
  tools: PdfTools = {},
): Promise<PageResult> {
  checkTools(options, tools);
  return await finishPage(await beginPage({ document, page, profile, options, tools }));
}

/** @throws TypeError for settings whose tool is missing */
export function checkTools(options: PdfOptions, tools: PdfTools): void {
  if ((options.vision?.mode ?? 'off') !== 'off' && !tools.vision) {
    throw new TypeError(
      `expected tools.vision, a model, for vision.mode ${options.vision?.mode}; found none`,
    );
  }
  if (options.figures && !tools.putFigure) {
    throw new TypeError('expected tools.putFigure for the option figures; found none');
  }
}
