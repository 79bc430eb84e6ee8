/**
 * `npm run load -- [--clusters N] [--per-cluster N] [--outputs] [--delays] [--concurrency N]`: a run of many clusters on the local
 * stack, and what it takes: memory of each process, write units, requests, time of the first and the last tenth. With `--outputs`
 * every item writes one, which is published; with `--delays` S3 answers a GET after 25 ms and a copy after 60 ms.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readEnv } from '../../shared/aws/env.ts';
import { kindNamed } from '../../shared/kinds/index.ts';
import { getGroup } from '../../shared/run/group.ts';
import { rootGroup } from '../../shared/run/keys.ts';
import { groupProgress } from '../../shared/run/ledger.ts';
import { findRun, hasEnded, type Run } from '../../shared/run/run.ts';
import { toRunId } from '../../shared/run/run-id.ts';
import { ChaosStack } from '../chaos/chaos-stack.ts';
import type { Numbers } from '../support/kinds/numbers-kind.ts';
import '../support/kinds/numbers-kind.ts';
import { freePort } from '../support/stack/killable-stack.ts';
import { synthTestStack } from '../support/stack/local-stack.ts';

const LOOK_MS = 1000;
/** Lambda gives a function of this size one processor. */
const MB_A_CPU = 1769;
const FINISH_MB = 512;
/** By function and process: what it used when it was last seen (s). */
const cpu = new Map<string, number>();
const DELAYS = [
  { service: 's3', operation: 'GetObject', fault: { delayMs: 25 }, every: 1 },
  { service: 's3', operation: 'CopyObject', fault: { delayMs: 60 }, every: 1 },
];

const { values } = parseArgs({
  options: {
    clusters: { type: 'string', default: '100000' },
    'per-cluster': { type: 'string', default: '1' },
    outputs: { type: 'boolean', default: false },
    delays: { type: 'boolean', default: false },
    concurrency: { type: 'string', default: '2' },
  },
});
const clusters = Number(values.clusters);
const perCluster = Number(values['per-cluster']);
const folder = await mkdtemp(join(tmpdir(), 'smallbatch-load-'));
const { templateFile, codeDir, remove } = await synthTestStack([
  resolve(import.meta.dirname, '..', 'support', 'kinds', 'numbers-kind.ts'),
]);
const stack = await ChaosStack.start({
  templateFile,
  codeDir,
  stateDir: folder,
  port: await freePort(),
  concurrency: Number(values.concurrency),
  faults: { rules: values.delays ? DELAYS : [] },
  duplicates: false,
  clock: undefined,
  logFile: join(folder, 'load.log'),
  secrets: [],
  isRestarted: false,
});
try {
  const id = await upload({ items: clusters * perCluster, perCluster, hasOutputs: values.outputs });
  const watched = await watch(id);
  await print(watched);
} finally {
  await stack.kill();
  await rm(folder, { recursive: true, force: true });
  await remove();
}

async function upload(numbers: Numbers): Promise<string> {
  const { inbox: bucket } = readEnv(['inbox']);
  const key = 'numbers/load/source.numbers';
  const body = JSON.stringify(numbers);
  const s3 = new S3Client({ forcePathStyle: true });
  const { VersionId: versionId } = await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }),
  );
  return toRunId(kindNamed('numbers'), { bucket, key, versionId, size: body.length }, {});
}

interface Sample {
  readonly seconds: number;
  readonly clusters: number;
  /** Of each process: `stack`, or the function's name. */
  readonly rssMb: ReadonlyMap<string, number>;
}

interface Watched {
  readonly run: Run;
  readonly samples: readonly Sample[];
  readonly seconds: number;
}

async function watch(id: string): Promise<Watched> {
  const began = performance.now();
  const samples: Sample[] = [];
  for (;;) {
    const run = await findRun(id);
    const seconds = (performance.now() - began) / 1000;
    if (run) samples.push({ seconds, clusters: await recorded(run), rssMb: stack.memory() });
    if (run && hasEnded(run) && run.emittedAt) return { run, samples, seconds };
    for (const { pid, name, seconds: used } of stack.cpuSeconds()) cpu.set(`${name} ${pid}`, used);
    showProgress(samples.at(-1)?.clusters ?? 0, seconds);
    await sleep(LOOK_MS);
  }
}

function showProgress(done: number, seconds: number): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r${done} of ${clusters} clusters, ${Math.round(seconds)} s `);
}

async function recorded({ run, generation }: Run): Promise<number> {
  const root = rootGroup(run, generation);
  const { clusters: total = 0 } = await getGroup(root);
  return (await groupProgress(root, total)).clusters;
}

async function print({ run, samples, seconds }: Watched): Promise<void> {
  const { requests = {} } = (await stack.stats()) ?? {};
  const sum = (pattern: RegExp): number =>
    Object.entries(requests).reduce((total, [name, times]) => total + (pattern.test(name) ? times : 0), 0);
  const each = (times: number): string => (times / clusters).toFixed(3);
  console.log(`\n${run.state} in ${seconds.toFixed(1)} s: ${clusters} clusters, ${run.items?.total} items`);
  console.log(`writes to the ledger a cluster   ${each(sum(/^dynamodb\.UpdateItem/))}`);
  console.log(`SQS requests a cluster           ${each(sum(/^sqs\./))}`);
  console.log(`S3 requests a cluster            ${each(sum(/^s3\./))}`);
  for (const [name, times] of Object.entries(requests)) console.log(`  ${name} ${times}`);
  console.log(
    `first tenth ${rate(samples, 0, 0.1)} clusters/s, last tenth ${rate(samples, 0.9, 1)} clusters/s`,
  );
  for (const [name, [early, late, peak]] of memoryOf(samples))
    console.log(`memory of ${name}: ${early} MB in the first tenth, ${late} MB in the last, peak ${peak} MB`);
  for (const line of publishing()) console.log(line);
}

function rate(samples: readonly Sample[], from: number, to: number): string {
  const within = samples.filter(
    (sample) => sample.clusters >= clusters * from && sample.clusters <= clusters * to,
  );
  const first = within[0];
  const last = within.at(-1);
  if (!first || !last || first === last) return 'too few to tell';
  return ((last.clusters - first.clusters) / (last.seconds - first.seconds)).toFixed(1);
}

function memoryOf(samples: readonly Sample[]): Map<string, readonly [number, number, number]> {
  const names = new Set(samples.flatMap(({ rssMb }) => [...rssMb.keys()]));
  const highest = (of: readonly Sample[], name: string): number =>
    Math.max(0, ...of.map(({ rssMb }) => rssMb.get(name) ?? 0));
  const tenth = Math.ceil(samples.length / 10);
  return new Map(
    [...names].map((name) => [
      name,
      [
        highest(samples.slice(0, tenth), name),
        highest(samples.slice(-tenth), name),
        highest(samples, name),
      ] as const,
    ]),
  );
}

/** How long finish worked in all, and what that makes of a million outputs in 20 functions. */
function publishing(): string[] {
  const reports = readFileSync(join(folder, 'load.log'), 'utf8').matchAll(
    /^finish: REPORT .*?\tDuration: ([\d.]+) ms/gm,
  );
  const durations = [...reports].map(([, ms]) => Number(ms));
  const total = durations.reduce((all, ms) => all + ms, 0);
  const outputs = clusters * perCluster;
  const lines = [
    `publishing: ${durations.length} invocations, ${(total / 1000).toFixed(1)} s in all, the longest ${(Math.max(0, ...durations) / 1000).toFixed(1)} s`,
  ];
  if (!values.outputs) return lines;
  const used = [...cpu].reduce(
    (all, [name, seconds]) => all + (name.startsWith('finish ') ? seconds * 1000 : 0),
    0,
  );
  const onLambda = (used / outputs) * (MB_A_CPU / FINISH_MB);
  return [
    ...lines,
    `here ${(total / outputs).toFixed(2)} ms of a function for each output: ${toMinutes(total / outputs)}`,
    `of it ${(used / outputs).toFixed(2)} ms of processor time; with ${FINISH_MB} MB's share on Lambda ${onLambda.toFixed(2)} ms: ${toMinutes(onLambda)}`,
  ];
}

/** Extrapolated from milliseconds an output. */
function toMinutes(ms: number): string {
  return `a million in 20 functions would take ${((ms * 1_000_000) / 20 / 60_000).toFixed(1)} minutes`;
}
