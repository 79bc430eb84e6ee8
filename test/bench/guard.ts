import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { build } from '../../infra/build.ts';
import { sdkEnvironment } from '../../infra/local/functions.ts';
import { startS3 } from '../support/s3-server.ts';
import { BOOK_PDF } from './book.ts';

const PAIRS = 5;
const ALLOWED_SHARE = 0.05;
const KIND = fileURLToPath(import.meta.resolve('../support/book-kind.ts'));
const ENTRIES = { 'guard-cost': 'test/bench/guard-cost.ts', 'item-worker': 'shared/item-worker.ts' };

/** What the guard costs an ordinary item: CPU of the same PDF pages with and without it, pair by pair. */
export async function bench(): Promise<void> {
  if (!existsSync(BOOK_PDF)) return console.log(`skipped: ${BOOK_PDF} is not there`);
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-bench-'));
  await build(folder, [KIND], ENTRIES);
  const s3 = await startS3();
  const Body = await readFile(BOOK_PDF);
  await s3.client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'book/book.pdf', Body }));
  const source = JSON.stringify({ bucket: 'plain', key: 'book/book.pdf', size: Body.length });
  const env = {
    ...process.env,
    ...sdkEnvironment('bench', `http://127.0.0.1:${s3.port}`),
    RESULTS_BUCKET: 'plain',
    ALLOWED_HOSTS: '{}',
  };
  const measure = async (how: 'direct' | 'guarded'): Promise<Measured> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(folder, 'guard-cost.js'), how, source],
      { env },
    );
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  };
  const shares: number[] = [];
  for (let pair = 1; pair <= PAIRS; pair++) {
    const direct = await measure('direct');
    const guarded = await measure('guarded');
    shares.push(guarded.cpuMs / direct.cpuMs - 1);
    console.log(
      `  pair ${pair}: direct ${direct.cpuMs.toFixed(0)} ms CPU, guarded ${guarded.cpuMs.toFixed(0)} ms; a thread starts in ${guarded.startMs.toFixed(0)} ms`,
    );
  }
  await s3.close();
  await rm(folder, { recursive: true });
  const median = shares.sort((a, b) => a - b)[Math.floor(PAIRS / 2)] ?? 1;
  console.log(
    `the guard takes ${(median * 100).toFixed(1)} % of CPU (median of ${PAIRS} pairs; ${ALLOWED_SHARE * 100} % allowed)`,
  );
  if (median > ALLOWED_SHARE) process.exitCode = 1;
}

interface Measured {
  readonly cpuMs: number;
  readonly startMs: number;
}
