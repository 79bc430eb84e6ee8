/** One measurement for the guard's bench, bundled as a function is: `node guard-cost.js direct|guarded SOURCE` (a JSON reference). */
import { Guard } from '../../shared/guard.ts';
import { type ItemOutcome, type Job, runItem } from '../../shared/item.ts';
import { sourceRef } from '../../shared/message.ts';

const WARM_UP = 20;
const ITEMS = 100;
const PAGES = 3;
const TIMEOUT_MS = 60_000;
const MEMORY_MB = 512;

const [how, source = ''] = process.argv.slice(2);
const ref = sourceRef.parse(JSON.parse(source));
// Only where it is measured: it sets flags for the whole process, which are part of its cost.
const guard = how === 'guarded' ? new Guard(MEMORY_MB) : undefined;

for (let n = 0; n < WARM_UP; n++) await run(n);
const before = process.cpuUsage();
for (let n = WARM_UP; n < WARM_UP + ITEMS; n++) await run(n);
const { user, system } = process.cpuUsage(before);
const startMs = guard ? await measureStart(guard) : 0;
console.log(JSON.stringify({ cpuMs: (user + system) / 1000, startMs }));
process.exit(0);

async function run(n: number): Promise<void> {
  const data = { from: n * PAGES, count: PAGES };
  const job: Job = {
    kind: 'book',
    group: 'bench',
    source: ref,
    options: {},
    item: { id: String(n), identity: '', bytes: 0, data },
  };
  const outcome = await (guard ? guard.run(job, TIMEOUT_MS) : direct(job));
  if (outcome.type !== 'result' || outcome.result.status !== 'ok') throw new Error(JSON.stringify(outcome));
}

function direct(job: Job): Promise<ItemOutcome> {
  return runItem(job, { signal: AbortSignal.timeout(TIMEOUT_MS), stage: () => undefined });
}

/** The start of a thread alone: an item that has failed before it runs needs no more than that. */
async function measureStart(guard: Guard): Promise<number> {
  await guard.stop();
  const item = {
    id: 'none',
    identity: '',
    bytes: 0,
    data: {},
    failure: { code: 'ITEM_FAILED', message: '' },
  } as const;
  const started = performance.now();
  await guard.run({ kind: 'book', group: 'bench', source: ref, options: {}, item }, TIMEOUT_MS);
  return performance.now() - started;
}
