import type { Page, PDFPage } from 'mupdf';

/** Has the page what only pages of PDFs have: annotations, form fields? */
export function isPdfPage(page: Page): page is PDFPage {
  return page.isPDF();
}
