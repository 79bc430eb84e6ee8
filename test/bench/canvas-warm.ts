/**
 * The PDFs of a course through the guard, one after the other, bundled and started as a function is, and warm from another
 * course: `node canvas-warm.js COURSE OTHER` (JSON references). Prints RSS in bytes as JSON.
 */

import { type SourceRef, sourceRef } from '../../shared/aws/object-ref.ts';
import type { Item } from '../../shared/kind.ts';
import { extensionOf } from '../../shared/kinds/canvas/formats.ts';
import { canvas } from '../../shared/kinds/canvas/index.ts';
import type { CanvasOptions } from '../../shared/kinds/canvas/options.ts';
import type { CanvasData } from '../../shared/kinds/canvas/schema.ts';
import { toKindContext } from '../../shared/process/context.ts';
import { Guard } from '../../shared/process/guard.ts';
import { ServiceFaults } from '../../shared/process/service-faults.ts';

/** RSS in bytes. */
interface Pass {
  readonly pages: number;
  readonly seconds: number;
  readonly before: number;
  readonly peak: number;
}

const MEMORY_MB = canvas.limits.memoryMb[0];
const SAMPLE_MS = 2;

const [course, other] = process.argv.slice(2).map((json) => sourceRef.parse(JSON.parse(json)));
if (!course || !other) throw new Error('expected two sources');
const guard = new Guard(MEMORY_MB);
let pages = 0;
for (const item of await splitFiles(other)) await run(item, other);
const pdfs = (await splitFiles(course)).filter(isPdf);
const passes = [await measurePass(pdfs, course), await measurePass(pdfs, course)];
console.log(JSON.stringify({ pdfs: pdfs.length, passes }));
process.exit(0);

/** All PDFs, one after the other: RSS before the first, and its peak. */
async function measurePass(items: readonly Item[], source: SourceRef): Promise<Pass> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, SAMPLE_MS);
  pages = 0;
  const started = performance.now();
  for (const item of items) await run(item, source);
  clearInterval(timer);
  return { pages, seconds: (performance.now() - started) / 1000, before, peak };
}

async function splitFiles(source: SourceRef): Promise<Item<CanvasData>[]> {
  const split = await canvas.split();
  const context = {
    ...toKindContext(canvas.name, source, canvas.options.parse({}), new ServiceFaults()),
    options: canvas.options.parse({}) satisfies CanvasOptions,
    startedAt: new Date(),
    isUnchanged: () => false,
    leaveOut: () => undefined,
    companion: async () => undefined,
    previous: nothing,
  };
  return (await Array.fromAsync(split(context))).map(({ item }) => item);
}

async function* nothing(): AsyncGenerator<never> {
  yield* [];
}

function isPdf({ data }: Item<CanvasData>): boolean {
  return data.type === 'member' && !data.listing.excluded && extensionOf(data.member.name) === 'pdf';
}

/** One item, and those that it expands into; what they leave is not joined here. */
async function run(item: Item, source: SourceRef): Promise<void> {
  const job = { kind: canvas.name, group: 'bench', source, options: {}, item };
  const outcome = await guard.run(job, canvas.limits.itemSeconds * 1000);
  if (outcome.type === 'expand') {
    for (const child of outcome.items) await run(child, source);
    return;
  }
  if (outcome.type === 'unavailable') throw new Error(`${item.id}: ${outcome.reason}`);
  const { status, detail, failure } = outcome.result;
  if (status !== 'ok') throw new Error(`${item.id}: ${failure?.code}: ${failure?.message}`);
  if (typeof detail?.pages === 'number') pages += detail.pages;
}
