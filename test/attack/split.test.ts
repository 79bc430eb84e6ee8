/** A source that has split killed ends its own run, with its code, and nothing else. */
import { expect, test } from 'vitest';
import { IN_SPLIT, type TortureLine } from '../support/kinds/torture-kind.ts';
import { type LinesRun, runLines } from '../support/stack/run-lines.ts';

const MODULE = new URL('../support/kinds/torture-kind.ts', import.meta.url).pathname;

/** Peaks of split, in MB, and how often it was killed. */
const ofSplit = ({ functions }: LinesRun) => functions.find(({ name }) => name === 'split');

const runWith = async (does: TortureLine['does']): Promise<LinesRun> =>
  await runLines({
    kind: 'torture',
    modules: [MODULE],
    lines: [
      { id: 'a', does: 'ok' },
      { id: `${IN_SPLIT}${does}`, does },
    ] satisfies TortureLine[],
    timeoutMs: 90_000,
  });

/** Each takes the ten seconds after which a message comes again. */
test.each([
  ['heap', 'OUT_OF_MEMORY', 0],
  ['wasm', 'OUT_OF_MEMORY', 0],
  ['sigabrt', 'CRASHED', 2],
] as const)('%s in split: the run ends with %s', { timeout: 120_000 }, async (does, code, kills) => {
  const run = await runWith(does);
  const split = ofSplit(run);
  console.log(`${does}: ${code}, split ${split?.peakRssMb} of 512 MB, ${run.seconds.toFixed(1)} s`);

  expect(run).toMatchObject({ state: 'failed', failure: { code } });
  expect(split?.kills).toBe(kills);
  expect(split?.peakRssMb).toBeLessThan(512);
});
