import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { build } from '../../infra/build.ts';
import { sdkEnvironment } from '../../infra/local/lambda/function-specs.ts';
import { toNodeFlags } from '../../infra/local/lambda/launch.ts';
import { HEAP_ENVIRONMENT } from '../../shared/process/memory/heap-flags.ts';
import { startS3 } from '../support/s3/server.ts';
import { BOOK_PDF } from './book.ts';
import type { Measured, Order } from './guard-cost.ts';

const ALLOWED_SHARE = 0.05;
const ALLOWED_START_MS = 100;
/** What V8 makes of the same code differs by a percent or two from process to process, so more than one pair of them is measured. */
const PROCESSES = 4;
/** So many items warm a process up; then it takes so many turns of so many items. */
const WARM_UP: Order = { items: 30 };
const TURN: Order = { items: 2 };
const PAIRS = 150;
const STARTS = 5;
const MEMORY_MB = 512;
const KIND = fileURLToPath(import.meta.resolve('../support/kinds/book-kind.ts'));
const ENTRIES = { 'guard-cost': 'test/bench/guard-cost.ts', 'item-worker': 'shared/process/item-worker.ts' };

/**
 * What the guard costs an ordinary item: CPU of the same PDF pages in pairs of processes, with and without it. They take turns of
 * a few items, so that whatever else the machine does slows both; the pairs' median leaves out the turns it hit.
 */
export async function bench(): Promise<void> {
  if (!existsSync(BOOK_PDF)) return console.log(`skipped: ${BOOK_PDF} is not there`);
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-bench-'));
  await build(folder, [KIND], ENTRIES);
  const s3 = await startS3();
  const Body = await readFile(BOOK_PDF);
  await s3.client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'book/book.pdf', Body }));
  const source = JSON.stringify({ bucket: 'plain', key: 'book/book.pdf', size: Body.length });
  const side = (how: string): ChildProcess => startSide(join(folder, 'guard-cost.js'), how, source, s3.port);
  const pairs: Pair[] = [];
  const starts: number[] = [];
  for (let n = 0; n < PROCESSES; n++) {
    const [direct, guarded] = [side('direct'), side('guarded')];
    pairs.push(...(await measurePairs(direct, guarded)));
    starts.push(...(await measureStarts(guarded)));
    for (const child of [direct, guarded]) child.disconnect();
  }
  report(pairs, starts);
  await s3.close();
  await rm(folder, { recursive: true });
}

/** Both sides get the flags that Lambda's runtime gives Node; the guarded one what the template adds. */
function startSide(path: string, how: string, source: string, port: number): ChildProcess {
  const env = {
    ...process.env,
    ...sdkEnvironment('bench', `http://127.0.0.1:${port}`),
    RESULTS_BUCKET: 'plain',
    ALLOWED_HOSTS: '{}',
    ...(how === 'guarded' && HEAP_ENVIRONMENT),
  };
  return fork(path, [how, source], { env, execArgv: [...toNodeFlags(MEMORY_MB)] });
}

/** CPU of the same pages, in ms. */
interface Pair {
  readonly direct: number;
  readonly guarded: number;
}

async function measurePairs(direct: ChildProcess, guarded: ChildProcess): Promise<Pair[]> {
  for (const child of [direct, guarded]) await tell(child, WARM_UP);
  const pairs: Pair[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const without = await tell(direct, TURN);
    pairs.push({ direct: without.cpuMs, guarded: (await tell(guarded, TURN)).cpuMs });
  }
  return pairs;
}

/** Milliseconds that a thread takes to start. */
async function measureStarts(guarded: ChildProcess): Promise<number[]> {
  const starts: number[] = [];
  for (let n = 0; n < STARTS; n++) starts.push((await tell(guarded, 'start')).wallMs);
  return starts;
}

async function tell(child: ChildProcess, order: Order): Promise<Measured> {
  child.send(order);
  const [measured] = await once(child, 'message');
  return measured;
}

function report(pairs: readonly Pair[], starts: readonly number[]): void {
  const shares = pairs.map(({ direct, guarded }) => guarded / direct - 1);
  const inAll = total(pairs.map(({ guarded }) => guarded)) / total(pairs.map(({ direct }) => direct)) - 1;
  const percent = (share: number): string => (share * 100).toFixed(1);
  const [low, median, high] = [0.25, 0.5, 0.75].map((part) => quantile(shares, part)) as [
    number,
    number,
    number,
  ];
  console.log(
    `the guard takes ${percent(median)} % of CPU (median of ${pairs.length} pairs, quartiles ${percent(low)} and ${percent(high)}; ${percent(inAll)} % of all of it; ${percent(ALLOWED_SHARE)} % allowed)`,
  );
  const startMs = quantile(starts, 0.5);
  console.log(
    `a thread starts in ${startMs.toFixed(0)} ms (median of ${starts.length}; ${ALLOWED_START_MS} ms wanted)`,
  );
  if (median > ALLOWED_SHARE) process.exitCode = 1;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}
