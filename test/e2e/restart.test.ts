import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { readEnv } from '../../shared/aws/env.ts';
import { sendMessage } from '../../shared/aws/queue.ts';
import { findRun, openRuns } from '../../shared/run/run.ts';
import type { ToyLine } from '../support/kinds/toy-kind.ts';
import { freePort, killHard, startKillableStack } from '../support/stack/killable-stack.ts';
import { startTestStack, synthTestStack, type TestStack } from '../support/stack/local-stack.ts';
import {
  echo,
  readManifest,
  readPublished,
  TOY_MODULE,
  toCounts,
  toPublished,
  uploadToy,
  waitForEnd,
} from '../support/stack/toy-run.ts';

/** Milliseconds after the stack was ready: in split, among the clusters, while children run, in join and finish. */
const KILLS_MS = [450, 900, 1300, 700, 1100];
const CHILDREN = 40;

let synthesised: TestStack;
afterAll(async () => await synthesised?.remove());

/** The upload's event may have died in the queue before split saw it: the command line then starts the run, too. */
async function startIfUnopened(id: string): Promise<void> {
  if (await findRun(id)) return;
  const { inbox, intakeQueue } = readEnv(['inbox', 'intakeQueue']);
  await sendMessage(intakeQueue, { type: 'start', bucket: inbox, key: 'toy/killed/source.toy' }, 'start');
}

test('kill -9 of the whole stack, five times: every item ends in the manifest once', async () => {
  synthesised = await synthTestStack([TOY_MODULE]);
  const stateDir = await mkdtemp(join(synthesised.folder, 'killed-'));
  const port = await freePort();
  const ids = Array.from({ length: 90 }, (_, n) => `item-${n}`);
  const lines: ToyLine[] = [
    { id: 'large', does: 'expand', children: CHILDREN, text: 'c', ms: 20 },
    ...ids.map((id) => ({ ...echo(id), ms: 30 })),
    { id: 'bad', does: 'throw' },
  ];
  let id = '';
  for (const delay of KILLS_MS) {
    const child = await startKillableStack(synthesised, stateDir, port);
    if (id === '') id = await uploadToy('killed', lines);
    else await startIfUnopened(id);
    await sleep(delay);
    await killHard(child);
  }

  const stack = await startTestStack(synthesised, { stateDir, port });
  try {
    await startIfUnopened(id);
    await stack.lambda.invokeAsync('sweep', { restarted: true });

    const run = await waitForEnd(id);

    const manifest = await readManifest(run);
    expect(manifest.map((result) => result.id).sort()).toEqual(lines.map((line) => line.id).sort());
    expect(run).toMatchObject({
      state: 'completed_with_failures',
      items: { total: 92, ok: 91, failed: 1, unchanged: 0 },
    });
    expect(run.items).toEqual(toCounts(manifest));
    expect(await readPublished('killed')).toEqual({
      ...toPublished(ids),
      'large.txt': Array.from({ length: CHILDREN }, (_, n) => `c${n}`).join(','),
    });
    expect(await Array.fromAsync(openRuns())).toEqual([]);
  } finally {
    await stack.stop();
  }
}, 150_000);
