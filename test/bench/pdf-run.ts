/** Converts one PDF and prints what it took as JSON: a program of its own, so that its memory is its own. */
import { openPdf } from '../../shared/pdf/document.ts';
import { joinPages } from '../../shared/pdf/join.ts';
import { closeOcr } from '../../shared/pdf/ocr.ts';
import { convertPage, type PageResult } from '../../shared/pdf/page.ts';
import { collectProfile } from '../../shared/pdf/profile.ts';

const BYTES_PER_MIB = 1024 * 1024;
const GROWTH_FROM = 100;
const GROWTH_TO = 300;

const [path = ''] = process.argv.slice(2);
const rssMb = (): number => process.memoryUsage.rss() / BYTES_PER_MIB;
let peakMb = 0;
let failed = 0;
const at = new Map<number, number>();

async function* convert(
  document: Awaited<ReturnType<typeof openPdf>>,
  profile: ReturnType<typeof collectProfile>,
): AsyncIterable<PageResult> {
  for (let page = 1; page <= document.pages; page += 1) {
    const result = await convertPage(document, page, profile, { ocr: 'off' });
    if (result.status === 'failed') failed += 1;
    const rss = rssMb();
    peakMb = Math.max(peakMb, rss);
    if (page === GROWTH_FROM || page === GROWTH_TO) at.set(page, rss);
    yield result;
  }
}

const document = await openPdf(path);
const start = performance.now();
const profile = collectProfile(document);
const profiled = performance.now();
for await (const _chunk of joinPages(convert(document, profile)));
const ms = performance.now() - profiled;
const [from, to] = [at.get(GROWTH_FROM), at.get(GROWTH_TO)];
const growthMb = from === undefined || to === undefined ? null : to - from;
console.log(
  JSON.stringify({ pages: document.pages, failed, profileMs: profiled - start, ms, peakMb, growthMb }),
);
await closeOcr();
document.close();
