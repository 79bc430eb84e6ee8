/** What a conversion is asked for, and what it needs. */
import type { VisionModel } from '../vision/vision-model.ts';
import type { PdfDocument } from './document.ts';
import type { PdfProfile } from './facts-schema.ts';
import type { FigureRecord } from './page-result.ts';

/** How tables are written. */
export type TableStyle = 'auto' | 'github' | 'html';

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

/**
 * Stores a picture and gives the reference to write into the Markdown, e.g. `figures/p0003-1.png`. `name` is unique in the
 * document and the same in every conversion of it.
 */
export type PutFigure = (
  name: string,
  bytes: Uint8Array,
  contentType: FigureRecord['contentType'],
) => Promise<string>;

export interface PageJob {
  readonly document: PdfDocument;
  /** From 1. */
  readonly page: number;
  readonly profile: PdfProfile;
  readonly options: PdfOptions;
  readonly tools: PdfTools;
}
