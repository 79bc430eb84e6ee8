import type { PDFObject } from 'mupdf';
import type { PdfDocument } from './document.ts';

/**
 * Is page `page` (from 1), or the content that it names, not in the file? In one that is cut off, such pages look blank.
 * A page that is there without any content, or with an empty one, is really blank.
 */
export function hasLostContent(document: PdfDocument, page: number): boolean {
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
