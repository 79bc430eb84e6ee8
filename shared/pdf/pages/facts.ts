/** Learns of a document what must be known before its pages are converted apart from each other. */
import type { PdfDocument } from '../document.ts';
import type { DocumentFacts } from '../facts-schema.ts';
import { readMetadata } from '../markdown/front-matter.ts';
import { ocrReason } from '../ocr/needs-ocr.ts';
import { collectProfile } from '../profile.ts';
import { isRepaired } from '../read/lost-content.ts';
import { readPage } from '../read/read-page.ts';

/** Pages that are looked at for scans, evenly spread; looking takes 1 to 7 ms a page. */
const SAMPLE_PAGES = 60;

/** Reads a sample of the pages; the same document always gives the same facts. */
export function collectFacts(document: PdfDocument, sha256: string): DocumentFacts {
  const profile = collectProfile(document);
  const scanned = shareOfScans(document);
  const metadata = readMetadata(document);
  // last: some damage is found only while pages are read
  return { sha256, pages: document.pages, metadata, profile, scanned, isRepaired: isRepaired(document) };
}

/** Of a short document, all pages are looked at. */
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
