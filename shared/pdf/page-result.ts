/** What a page came to. */
import type { Tokens } from '../vision/vision-model.ts';
import type { Unseen } from './read/words.ts';

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
  /** Text that is not in the Markdown, where there is some. */
  readonly leftOut?: LeftOut;
}

/** Characters (without spaces) of a page's text that did not reach the Markdown, by the reason. */
export interface LeftOut extends Unseen {
  /** Heads, feet and page numbers, which repeat. */
  readonly running?: number;
  /** Of no known reason: a fault of this library. */
  readonly unplaced?: number;
}

export interface FigureRecord {
  /** What `putFigure` gave. */
  readonly ref: string;
  readonly contentType: 'image/png' | 'image/jpeg';
  readonly bytes: number;
}

/** What the model cost and whether it helped. */
export interface VisionUse extends Tokens {
  readonly model: string;
  readonly ms: number;
  /** In the currency of the option `prices`; only with it. */
  readonly cost?: number;
  /** Why its answer was not used. */
  readonly failure?: string;
}
