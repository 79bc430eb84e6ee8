import type { PDFObject } from 'mupdf';
import type { PdfDocument } from '../document.ts';
import type { PageResult } from '../page-result.ts';
import type { PageJob } from '../pdf-options.ts';

type Outcome = Pick<PageResult, 'status' | 'method' | 'confidence' | 'markdown' | 'error'>;

/** How far the stand-in for a form's page is to be trusted. */
const STAND_IN_CONFIDENCE = 0.1;

/** What came out of a page, told apart from what it shows in a viewer that has more of the document than we. */
export function withLosses(converted: Outcome, { document, page }: PageJob): Outcome {
  if (converted.status === 'blank' && hasLostContent(document, page)) {
    const error = 'the file does not have its content: it is cut off or damaged';
    return { status: 'failed', method: 'none', confidence: 0, markdown: '', error };
  }
  if (converted.status === 'failed' || !isDynamicForm(document)) return converted;
  const error = 'the document is a dynamic form (XFA), and this page only stands in for it';
  const markdown = [`<!-- page ${page}: ${error} -->`, converted.markdown].filter(Boolean).join('\n\n');
  return { ...converted, confidence: STAND_IN_CONFIDENCE, markdown, error };
}

/** Its pages are made by the viewer, from XML (ISO 32000-1, 7.7.2, NeedsRendering); in the file is a request to wait. */
function isDynamicForm(document: PdfDocument): boolean {
  const flag = document.handle.asPDF()?.getTrailer().get('Root', 'NeedsRendering');
  try {
    return flag?.isBoolean() === true && flag.asBoolean();
  } finally {
    flag?.destroy();
  }
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
