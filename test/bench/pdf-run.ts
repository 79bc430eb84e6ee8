/**
 * Works through one PDF and prints what it took as JSON: a program of its own, so that its memory is its own.
 * `node test/bench/pdf-run.ts FILE text|render|ocr`
 */
import { openPdf, type PdfDocument } from '../../shared/pdf/document.ts';
import { joinPages } from '../../shared/pdf/join.ts';
import { closeOcr } from '../../shared/pdf/ocr.ts';
import { convertPage, type PageResult, type PdfOptions } from '../../shared/pdf/page.ts';
import { collectProfile } from '../../shared/pdf/profile.ts';
import { renderPage } from '../../shared/pdf/render-page.ts';

const BYTES_PER_MIB = 1024 * 1024;
const GROWTH_FROM = 100;
const GROWTH_TO = 300;
const RENDER_DPI = 150;

const [path = '', mode = 'text'] = process.argv.slice(2);
let peakMb = 0;
let failed = 0;
let profileMs = 0;
const at = new Map<number, number>();

function notePage(page: number): void {
  const rssMb = process.memoryUsage.rss() / BYTES_PER_MIB;
  peakMb = Math.max(peakMb, rssMb);
  if (page === GROWTH_FROM || page === GROWTH_TO) at.set(page, rssMb);
}

async function* convert(document: PdfDocument, options: PdfOptions): AsyncIterable<PageResult> {
  const start = performance.now();
  const profile = collectProfile(document);
  profileMs = performance.now() - start;
  for (let page = 1; page <= document.pages; page += 1) {
    const result = await convertPage(document, page, profile, options);
    if (result.status === 'failed') failed += 1;
    notePage(page);
    yield result;
  }
}

async function toText(document: PdfDocument, options: PdfOptions): Promise<void> {
  for await (const _chunk of joinPages(convert(document, options)));
}

function toPictures(document: PdfDocument): void {
  for (let page = 1; page <= document.pages; page += 1) {
    renderPage(document, page - 1, { dpi: RENDER_DPI });
    notePage(page);
  }
}

const document = await openPdf(path);
const start = performance.now();
if (mode === 'render') toPictures(document);
else await toText(document, { ocr: mode === 'ocr' ? 'on' : 'off' });
const ms = performance.now() - start - profileMs;
const [from, to] = [at.get(GROWTH_FROM), at.get(GROWTH_TO)];
const growthMb = from === undefined || to === undefined ? null : to - from;
console.log(JSON.stringify({ pages: document.pages, failed, profileMs, ms, peakMb, growthMb }));
await closeOcr();
document.close();
