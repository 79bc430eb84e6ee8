import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openRuns } from '../../shared/run/run.ts';
import { CLEAN_FEED, longStopTimes, withBrokenMember, zipFeed } from '../support/gtfs/feed.ts';
import { keysUnder, openPublished } from '../support/gtfs/published-feed.ts';
import { uploadList } from '../support/kinds/list-run.ts';
import { waitFor } from '../support/process/wait-for.ts';
import { freePort, killHard, startKillableStack } from '../support/stack/killable-stack.ts';
import { startTestStack, synthTestStack, type TestStack } from '../support/stack/local-stack.ts';
import { readManifest, TOY_MODULE, waitForEnd } from '../support/stack/toy-run.ts';

const FILES = Object.keys(CLEAN_FEED).sort();
const TRIPS = 7_500;
const STOPS = 40;
const ROWS = TRIPS * STOPS;
/** Every row's trip and sequence, in the order of the file. */
const PLACES = `select count(*) || ' ' || count(distinct trip_id || '/' || stop_sequence) || ' ' || max(trip_id[2:]::int) from stop_times`;

let synthesised: TestStack;
/** One for all stacks: the shared modules' clients keep to the first that they were pointed at. */
let port: number;

vi.setConfig({ testTimeout: 240_000, hookTimeout: 150_000 });
beforeAll(async () => {
  synthesised = await synthTestStack([TOY_MODULE]);
  port = await freePort();
});
afterAll(async () => await synthesised?.remove());

test('a bit that flipped costs its member alone; the rows before it are published', async () => {
  const stack = await startTestStack(synthesised, { port });
  try {
    const archive = withBrokenMember('stop_times.txt', longStopTimes(TRIPS, STOPS));
    const { id } = await uploadList('gtfs/flipped/feed.zip', archive, {});

    const run = await waitForEnd(id, 120);

    const failed = (await readManifest(run)).filter(({ status }) => status !== 'ok');
    expect(failed.map((result) => [result.id, result.failure?.code])).toEqual([
      ['stop_times.txt', 'ZIP_MEMBER_INVALID'],
    ]);
    expect(run).toMatchObject({
      state: 'completed_with_failures',
      items: { total: FILES.length, failed: 1 },
    });
    const feed = await openPublished('flipped');
    const rows = Number((await feed.query('select count(*) from stop_times'))[0]);
    expect(rows).toBeGreaterThan(ROWS / 3);
    expect(rows).toBeLessThan(ROWS);
    const lastTrip = Math.floor((rows - 1) / STOPS);
    expect(await feed.query(PLACES)).toEqual([`${rows} ${rows} ${lastTrip}`]);
    expect(await feed.query('select count(*) from stops')).toEqual(['3']);
    expect(feed.notices).toMatchObject({ i_o_error: 1 });
  } finally {
    await stack.stop();
  }
});

test('kill -9 of the whole stack, three times while slices are written: no row is lost or doubled', async () => {
  const stateDir = await mkdtemp(join(synthesised.folder, 'killed-'));
  const archive = zipFeed({ 'stop_times.txt': longStopTimes(TRIPS, STOPS) });
  let id = '';
  for (const parts of [1, 2, 4]) {
    const child = await startKillableStack(synthesised, stateDir, port);
    try {
      if (id === '') ({ id } = await uploadList('gtfs/killed/feed.zip', archive, {}));
      await partsStored(parts);
      expect(await Array.fromAsync(openRuns())).toHaveLength(1);
    } finally {
      await killHard(child);
    }
  }

  const stack = await startTestStack(synthesised, { stateDir, port });
  try {
    await stack.lambda.invokeAsync('sweep', { restarted: true });
    const run = await waitForEnd(id, 120);

    const manifest = await readManifest(run);
    expect(manifest.map(({ id: file, status }) => `${file} ${status}`).sort()).toEqual(
      FILES.map((file) => `${file} ok`),
    );
    const feed = await openPublished('killed');
    expect(await feed.query(PLACES)).toEqual([`${ROWS} ${ROWS} ${TRIPS - 1}`]);
    expect(await feed.query('select count(*) from trips')).toEqual(['1']);
    const parts = manifest.find((result) => result.id === 'stop_times.txt')?.outputs ?? [];
    const isPart = (path: string): boolean => /^stop_times\/.*parquet$/.test(path);
    expect(feed.paths.filter(isPart)).toEqual(
      parts
        .map(({ path }) => path)
        .filter(isPart)
        .sort(),
    );
  } finally {
    await stack.stop();
  }
});

/** Waits until at least so many parts of the table are in the bucket. */
async function partsStored(parts: number): Promise<void> {
  await waitFor(`${parts} parts of stop_times`, 60, async () => {
    const stored = (await keysUnder('')).filter((key) => /\/stop_times\/part-\d+\.parquet$/.test(key));
    return stored.length >= parts ? true : undefined;
  });
}
