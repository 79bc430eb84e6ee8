import type { Json, ProcessContext } from '../../kind.ts';
import type { PdfOptions } from '../../pdf/page.ts';
import { PageJournal } from '../../pdf/page-journal.ts';
import type { PdfKindOptions } from './schema.ts';

/** What the library is given for each page; the one place that knows both the kind's options and the library's. */
export function toPdfOptions({ ocr, ocrLanguages, dpi, maxPixels }: PdfKindOptions): PdfOptions {
  return { ocr, ocrLanguages, ocrDpi: dpi, maxPixels };
}

/** The options that a page's Markdown depends on. */
function toPageSettings({ pages: _, journal: __, ...settings }: PdfKindOptions): Json {
  return JSON.parse(JSON.stringify(settings));
}

/** Undefined where the options want none. */
export function toPageJournal(context: ProcessContext<PdfKindOptions>): PageJournal | undefined {
  const { options, journal } = context;
  return options.journal === 'on' ? new PageJournal(journal, toPageSettings(options)) : undefined;
}
