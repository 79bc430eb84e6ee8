import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { fileSource } from '../../shared/range-source.ts';
import { openZip } from '../../shared/zip/archive.ts';
import { readMember } from '../../shared/zip/member.ts';
import { installPeers } from './gtfs/peers.ts';

const run = promisify(execFile);
const MAKE_FEED = resolve(import.meta.dirname, '../../../shared/tools/make-gtfs-feed.mjs');
const here = (name: string): string => join(import.meta.dirname, 'gtfs', `${name}.ts`);

const OUTPUT_BYTES = 16 * 1024 * 1024;

/** What each program prints on its last line. */
interface Measured {
  readonly rows: number;
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly peakMb: number;
}

/** Rows per CPU-second, wall and peak RSS on the acceptance feed, beside programs that check less. One process each. */
export async function bench(): Promise<void> {
  if (!existsSync(MAKE_FEED)) {
    console.log('skipped: no make-gtfs-feed.mjs beside the project');
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-bench-gtfs-'));
  try {
    const feed = join(folder, 'feed.zip');
    await run(process.execPath, [MAKE_FEED, feed]);
    await unzip(feed, folder);
    print('this kind, all checks', await measure(process.execPath, here('own'), feed, join(folder, 'out')));
    print('DuckDB, guessed types', await measure(process.execPath, here('duckdb'), folder));
    for (const { title, command } of await installPeers(feed, folder))
      print(title, await measure(...command));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function unzip(feed: string, folder: string): Promise<void> {
  const source = await fileSource(feed);
  for await (const entry of (await openZip(source)).entries())
    if (entry.type === 'member')
      await writeFile(join(folder, entry.member.name), readMember(source, entry.member));
  await source.close();
}

async function measure(program: string, ...values: readonly string[]): Promise<Measured> {
  const { stdout } = await run(program, values, { maxBuffer: OUTPUT_BYTES });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Measured;
}

function print(name: string, { rows, cpuSeconds, seconds, peakMb }: Measured): void {
  const rate = (rows / cpuSeconds / 1e6).toFixed(2);
  console.log(
    `${name.padEnd(24)} ${rows} rows, ${cpuSeconds.toFixed(1)} CPU-s (${rate} M rows each), ${seconds.toFixed(1)} s wall, peak ${peakMb.toFixed(0)} MB`,
  );
}
