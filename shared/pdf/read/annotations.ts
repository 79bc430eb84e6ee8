/** Text that was put on a page later and is shown on it: notes in the page (FreeText) and stamps. */
import type { Page, PDFAnnotation } from 'mupdf';
import { isPdfPage } from './pdf-page.ts';

/** A page with more shows the first ones. */
const MAX_ANNOTATIONS = 1_000;
const SHOWN = new Set(['FreeText', 'Stamp', 'Watermark']);

/** Calls `read` with the structured text (a pointer) of each annotation's appearance, in the page's coordinates. */
export function readAnnotations(page: Page, read: (text: number) => void): void {
  if (!isPdfPage(page)) return;
  const annotations = page.getAnnotations();
  try {
    for (const annotation of annotations.slice(0, MAX_ANNOTATIONS)) {
      if (SHOWN.has(annotation.getType())) readAppearance(annotation, read);
    }
  } finally {
    for (const annotation of annotations) annotation.destroy();
  }
}

function readAppearance(annotation: PDFAnnotation, read: (text: number) => void): void {
  const list = annotation.toDisplayList();
  try {
    const text = list.toStructuredText('');
    try {
      read(Number(text.pointer));
    } finally {
      text.destroy();
    }
  } finally {
    list.destroy();
  }
}
