/**
 * Works through one PDF and prints what it took as JSON: a program of its own, so that its memory is its own.
 * `pdf-run FILE text|render|ocr PASSES`
 */
import { openPdf, type PdfDocument } from '../../shared/pdf/document.ts';
import { joinPages } from '../../shared/pdf/markdown/join.ts';
import { closeOcr } from '../../shared/pdf/ocr/ocr.ts';
import { convertPage } from '../../shared/pdf/page.ts';
import type { PageResult } from '../../shared/pdf/page-result.ts';
import type { PdfOptions } from '../../shared/pdf/pdf-options.ts';
import { collectProfile } from '../../shared/pdf/profile.ts';
import { releasePicture, renderPage } from '../../shared/pdf/render-page.ts';
import { peakRssBytes } from '../support/process/peak-rss.ts';

/** What `pdf-run` prints. */
export interface OwnRun {
  /** Of all passes together. */
  readonly pages: number;
  readonly failed: number;
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  /** Null where there are fewer than 300 pages. */
  readonly growthMb: number | null;
}

const BYTES_PER_MIB = 1024 * 1024;
/** Growth: between the pages up to these. One look would meet the heap before or after a collection. */
const GROWTH_FROM = 100;
const GROWTH_TO = 300;
const GROWTH_PAGES = 20;
const RENDER_DPI = 150;

const [path = '', mode = 'text', passes = '1'] = process.argv.slice(2);
let pages = 0;
let failed = 0;
const rssAt = new Map<number, number[]>();

function notePage(): void {
  pages += 1;
  for (const mark of [GROWTH_FROM, GROWTH_TO]) {
    if (pages > mark - GROWTH_PAGES && pages <= mark)
      rssAt.set(mark, [...(rssAt.get(mark) ?? []), process.memoryUsage.rss()]);
  }
}

async function* convert(document: PdfDocument, options: PdfOptions): AsyncIterable<PageResult> {
  const profile = collectProfile(document);
  for (let page = 1; page <= document.pages; page += 1) {
    const result = await convertPage(document, page, profile, options);
    if (result.status === 'failed') failed += 1;
    notePage();
    yield result;
  }
}

async function toText(document: PdfDocument, options: PdfOptions): Promise<void> {
  for await (const _chunk of joinPages(convert(document, options)));
}

function toPictures(document: PdfDocument): void {
  for (let index = 0; index < document.pages; index += 1) {
    releasePicture(renderPage(document, index, { dpi: RENDER_DPI }).png);
    notePage();
  }
}

function growthMb(): number | null {
  if (pages < GROWTH_TO) return null;
  return (medianRss(GROWTH_TO) - medianRss(GROWTH_FROM)) / BYTES_PER_MIB;
}

function medianRss(mark: number): number {
  const sorted = (rssAt.get(mark) ?? []).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const document = await openPdf(path);
const start = performance.now();
const cpuStart = process.cpuUsage();
for (let pass = 0; pass < Number(passes); pass += 1) {
  if (mode === 'render') toPictures(document);
  else await toText(document, { ocr: mode === 'ocr' ? 'on' : 'off' });
}
const { user, system } = process.cpuUsage(cpuStart);
const run: OwnRun = {
  pages,
  failed,
  ms: performance.now() - start,
  cpuMs: (user + system) / 1000,
  peakMb: peakRssBytes() / BYTES_PER_MIB,
  growthMb: growthMb(),
};
console.log(JSON.stringify(run));
await closeOcr();
document.close();
