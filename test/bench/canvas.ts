import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { build } from '../../infra/build.ts';
import { toCost } from '../../infra/cli/cost.ts';
import { zipSample } from '../../infra/cli/source.ts';
import { sdkEnvironment } from '../../infra/local/lambda/function-specs.ts';
import { toNodeCommand } from '../../infra/local/lambda/launch.ts';
import type { LocalStack } from '../../infra/local/local-stack.ts';
import { canvas } from '../../shared/kinds/canvas/index.ts';
import { startS3 } from '../support/s3/server.ts';
import { uploadCourse } from '../support/stack/canvas-run.ts';
import { startTestStack, synthTestStack } from '../support/stack/local-stack.ts';

/** Beside the project, not in it. */
const DATA = '../shared/data/canvas';
const SEED_COURSE = 'asu-cis300.rezipped.imscc';
const MIB = 1024 * 1024;
const ALLOWED_GROWTH_MIB = 20;
/** What mit-learn's importer grew by while it converted the PDFs of one course, before its fix. */
const SEED_GROWTH_MIB = 240.5;
const COURSE_SECONDS = 600;
const ENTRIES = {
  'canvas-warm': 'test/bench/canvas-warm.ts',
  'item-worker': 'shared/process/item-worker.ts',
};

/** Every course through the whole local stack, then the PDFs of one in a warm worker. */
export async function bench(): Promise<void> {
  if (!existsSync(DATA)) return console.log(`skipped: ${DATA} is not there`);
  const names = (await readdir(DATA)).filter((name) => name.endsWith('.imscc'));
  await measureCourses(names);
  if (names.includes(SEED_COURSE)) await measureGrowth(await readFile(join(DATA, SEED_COURSE)));
}

async function measureCourses(names: readonly string[]): Promise<void> {
  const synthesised = await synthTestStack([]);
  // The SDK clients of this process keep the first stack's endpoint.
  let port: number | undefined;
  for (const name of names) {
    const stack = await startTestStack(synthesised, { port });
    port = Number(new URL(stack.endpoint).port);
    try {
      await measureCourse(name, stack);
    } finally {
      await stack.stop();
    }
  }
  await synthesised.remove();
}

async function measureCourse(name: string, stack: LocalStack): Promise<void> {
  const archive = await readFile(join(DATA, name));
  const beside = join(DATA, name.replace(/\.imscc$/, '.metadata.json'));
  const metadata = existsSync(beside) ? await readFile(beside, 'utf8') : undefined;
  const started = performance.now();
  const run = await uploadCourse('bench', archive, metadata, COURSE_SECONDS);
  const seconds = (performance.now() - started) / 1000;
  const { total = 0, failed = 0 } = run.items ?? {};
  const used = stack.functions().filter(({ invocations }) => invocations > 0);
  const requests = stack.counts.requests.values().reduce((sum, count) => sum + count, 0);
  const { total: usd } = toCost(stack.counts, stack.functions());
  const peaks = used.map(
    ({ name, peakRssMb, memoryMb }) => `${name} ${Math.round(peakRssMb)}/${memoryMb} MB`,
  );
  console.log(
    `${name}: ${run.state}, ${total} files (${failed} failed) in ${seconds.toFixed(1)} s, ${(total / seconds).toFixed(0)} files/s; ` +
      `${(requests / total).toFixed(1)} requests and $${((usd / total) * 1e6).toFixed(1)}e-6 a file\n  peak RSS: ${peaks.join(', ')}`,
  );
  const isOver = used.some(
    ({ peakRssMb, memoryMb }) => peakRssMb > memoryMb || memoryMb > canvas.limits.memoryMb[0],
  );
  if (!isOver && run.state !== 'failed') return;
  console.log(`WRONG: over its memory size, or failed: ${run.failure?.message}`);
  process.exitCode = 1;
}

interface Grown {
  readonly pdfs: number;
  /** The first in a worker that has converted a small course, the second in one that has done the same before. */
  readonly passes: readonly Pass[];
}

interface Pass {
  readonly pages: number;
  readonly seconds: number;
  readonly before: number;
  readonly peak: number;
}

/** The seed's own figure on its own terms: RSS before the first PDF of a warm worker, and its peak while PDFs are converted one by one. */
async function measureGrowth(archive: Uint8Array): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-bench-'));
  await build(folder, [], ENTRIES);
  const s3 = await startS3();
  const put = async (name: string, Body: Uint8Array): Promise<string> => {
    const key = `canvas/${name}/export.imscc`;
    await s3.client.send(new PutObjectCommand({ Bucket: 'plain', Key: key, Body }));
    return JSON.stringify({ bucket: 'plain', key, size: Body.length });
  };
  const sources = [
    await put('course', archive),
    await put('sample', await readFile(await zipSample(folder))),
  ];
  const env = {
    ...process.env,
    ...sdkEnvironment('bench', `http://127.0.0.1:${s3.port}`),
    RESULTS_BUCKET: 'plain',
    ALLOWED_HOSTS: '{}',
  };
  const [node = '', ...flags] = toNodeCommand(canvas.limits.memoryMb[0]).slice(0, -1);
  const program = join(folder, 'canvas-warm.js');
  const { stdout } = await promisify(execFile)(node, [...flags, program, ...sources], { env });
  await s3.close();
  await rm(folder, { recursive: true });
  printGrowth(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Grown);
}

function printGrowth({ pdfs, passes }: Grown): void {
  console.log(
    `${SEED_COURSE}: its ${pdfs} PDFs one after the other in one worker (the seed: +${SEED_GROWTH_MIB} MiB)`,
  );
  for (const [at, { pages, seconds, before, peak }] of passes.entries()) {
    const state = at === 0 ? 'after the sample course' : 'warm';
    const grown = ((peak - before) / MIB).toFixed(1);
    const rate = (pages / seconds).toFixed(1);
    console.log(
      `  ${state}: RSS ${toMib(before)} → ${toMib(peak)} MiB, +${grown} MiB; ${pages} pages, ${rate} a second`,
    );
  }
  const warm = passes.at(-1);
  if (warm && warm.peak - warm.before <= ALLOWED_GROWTH_MIB * MIB) return;
  console.log(`WRONG: a warm worker grew by more than ${ALLOWED_GROWTH_MIB} MiB`);
  process.exitCode = 1;
}

const toMib = (bytes: number): string => (bytes / MIB).toFixed(1);
