/**
 * Converts one page to Markdown. A bad page is a result with the status `failed`, never an exception.
 *
 * A page is begun (read, its pictures stored, OCR if it is needed) and then finished (by the vision model, if it is to be
 * used): `page-steps.ts`. `convert-pages.ts` does so for many pages, with several at the model at once.
 */
import type { PdfDocument } from './document.ts';
import type { PdfProfile } from './facts-schema.ts';
import type { PageResult } from './page-result.ts';
import { beginPage, finishPage } from './page-steps.ts';
import type { PdfOptions, PdfTools } from './pdf-options.ts';

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
