/** One side of the guard's bench, bundled as a function is: `guard-cost.js direct|guarded SOURCE` (a JSON reference), forked; it runs what it is told to. */

import { sourceRef } from '../../shared/aws/object-ref.ts';
import { newFailure } from '../../shared/errors.ts';
import { Guard } from '../../shared/process/guard.ts';
import { type ItemOutcome, type Job, runItem } from '../../shared/process/item.ts';

/** As the kind `pdf` cuts documents. */
const PAGES = 20;
const TIMEOUT_MS = 60_000;
const MEMORY_MB = 512;

/** Runs `items` items, or starts a thread alone. */
export type Order = { readonly items: number } | 'start';
export interface Measured {
  readonly cpuMs: number;
  readonly wallMs: number;
}

const [how, source = ''] = process.argv.slice(2);
const ref = sourceRef.parse(JSON.parse(source));
// Only where it is measured: it sets flags for the whole process, which are part of its cost.
const guard = how === 'guarded' ? new Guard(MEMORY_MB) : undefined;
let next = 0;

process.on('message', (order: Order) => void carryOut(order).then((measured) => process.send?.(measured)));
process.on('disconnect', () => process.exit(0));

async function carryOut(order: Order): Promise<Measured> {
  if (order === 'start') await guard?.stop();
  const started = performance.now();
  const before = process.cpuUsage();
  if (order === 'start') await startThread();
  else for (const end = next + order.items; next < end; next++) await runPages(next);
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() - started };
}

async function runPages(n: number): Promise<void> {
  const data = { from: n * PAGES, count: PAGES };
  const job = toJob({ id: String(n), identity: '', bytes: 0, data });
  const outcome = await (guard ? guard.run(job, TIMEOUT_MS) : direct(job));
  if (outcome.type !== 'result' || outcome.result.status !== 'ok') throw new Error(JSON.stringify(outcome));
}

function direct(job: Job): Promise<ItemOutcome> {
  return runItem(job, { signal: AbortSignal.timeout(TIMEOUT_MS), stage: () => undefined });
}

/** An item that has failed before it runs needs a thread and no more. */
async function startThread(): Promise<void> {
  const failure = newFailure('ITEM_FAILED', '');
  await guard?.run(toJob({ id: 'none', identity: '', bytes: 0, data: {}, failure }), TIMEOUT_MS);
}

function toJob(item: Job['item']): Job {
  return { kind: 'book', group: 'bench', source: ref, options: {}, item };
}
