import type { PdfDocument } from '../../pdf/document.ts';
import { ocrReason } from '../../pdf/needs-ocr.ts';
import { readPage } from '../../pdf/read-page.ts';

/** How a PDF is cut: converted at once, or in items of some pages. */
export interface PdfPlan {
  readonly isAtOnce: boolean;
  readonly pagesPerItem: number;
  /** Are there pages that OCR has to read? */
  readonly hasScans: boolean;
}

/** A PDF of more pages expands; a page of text takes 2 to 100 ms, one full of drawings seconds. */
const PAGES_AT_ONCE = 20;
const PAGES_PER_ITEM = 20;
/** A scanned page takes 2 s on a whole core, on its side up to 20 s, and a function of 512 MB has a third of a core; an item has 60 s. */
const SCANS_AT_ONCE = 1;
const SCANS_PER_ITEM = 1;
/** A book with some pictures of its own: about one of them in an item of this many pages. */
const FEW_SCANS = 0.1;
const MIXED_PER_ITEM = 10;
/** Pages that are looked at, evenly spread; looking takes 1 to 7 ms a page. */
const SAMPLE_PAGES = 60;

export function planPdf(document: PdfDocument, ocr: 'auto' | 'on' | 'off'): PdfPlan {
  const share = ocr === 'off' ? 0 : ocr === 'on' ? 1 : shareOfScans(document);
  const isAtOnce = document.pages <= PAGES_AT_ONCE && share * document.pages <= SCANS_AT_ONCE;
  return { isAtOnce, pagesPerItem: pagesPerItem(share), hasScans: share > 0 };
}

function pagesPerItem(share: number): number {
  if (share === 0) return PAGES_PER_ITEM;
  return share <= FEW_SCANS ? MIXED_PER_ITEM : SCANS_PER_ITEM;
}

/** The share of scanned pages in the sample; of a short document, in all. */
function shareOfScans(document: PdfDocument): number {
  const step = Math.max(1, document.pages / SAMPLE_PAGES);
  let scans = 0;
  let looked = 0;
  for (let page = 0; page < document.pages; page += step) {
    if (isScan(document, Math.floor(page))) scans += 1;
    looked += 1;
  }
  return scans / looked;
}

function isScan(document: PdfDocument, index: number): boolean {
  try {
    return ocrReason(readPage(document, index)) !== undefined;
  } catch {
    // converting the page reports what is wrong with it
    return false;
  } finally {
    document.engine.takeLog();
  }
}
