import type { PDFObject } from 'mupdf';
import type { PdfDocument } from './document.ts';
import type { PageJob, PageResult } from './page.ts';

type Outcome = Pick<PageResult, 'status' | 'method' | 'confidence' | 'markdown' | 'error'>;

/** What came out of a page, or that it failed where it is blank because the file does not have its content. */
export function failedIfLost<T extends Outcome>(converted: T, { document, page }: PageJob): T | Outcome {
  if (converted.status !== 'blank' || !hasLostContent(document, page)) return converted;
  const error = 'the file does not have its content: it is cut off or damaged';
  return { status: 'failed', method: 'none', confidence: 0, markdown: '', error };
}

/**
 * Is page `page` (from 1), or the content that it names, not in the file? In one that is cut off, such pages look blank.
 * A page that is there without any content, or with an empty one, is really blank.
 */
function hasLostContent(document: PdfDocument, page: number): boolean {
  const found = document.handle.asPDF()?.findPage(page - 1);
  const contents = found?.get('Contents');
  try {
    if (!found || !contents) return false;
    if (!found.isDictionary()) return true;
    if (!contents.isArray()) return isLost(contents);
    return Array.from({ length: contents.length }, (_, index) => index).some((index) =>
      isLost(contents.get(index)),
    );
  } finally {
    contents?.destroy();
    found?.destroy();
  }
}

/** A reference to nothing. */
function isLost(content: PDFObject): boolean {
  return content.isIndirect() && !content.isStream();
}

/** Was the file so damaged that it had to be searched for its objects? Some of them may be lost. */
export function isRepaired(document: PdfDocument): boolean {
  return document.handle.asPDF()?.wasRepaired() ?? false;
}
