import { expect, test } from 'vitest';
import type { BusEvent } from '../../infra/local/services/events.ts';
import { readEnv } from '../../shared/aws/env.ts';
import { sendMessage } from '../../shared/aws/queue.ts';
import { kindNamed } from '../../shared/kinds/index.ts';
import { toRunId } from '../../shared/run/run-id.ts';
import type { ToyLine } from '../support/kinds/toy-kind.ts';
import {
  echo,
  readLatest,
  readManifest,
  readPublished,
  toCounts,
  toPublished,
  uploadToy,
  waitForEnd,
} from '../support/stack/toy-run.ts';
import { useToyStack } from '../support/stack/toy-stack.ts';

const stack = useToyStack();
const SLOW_MS = 1500;
const slow = (id: string, text: string): ToyLine => ({ id, text, ms: SLOW_MS });

interface Case {
  readonly name: string;
  readonly events: 'in order' | 'reversed';
  readonly older: ToyLine[];
  readonly newer: ToyLine[];
}

const cases: Case[] = [
  {
    name: 'reversed events',
    events: 'reversed',
    older: [echo('a', 'older'), echo('b', 'older')],
    newer: [echo('a', 'newer')],
  },
  {
    name: 'reversed events, the older slow',
    events: 'reversed',
    older: [slow('a', 'older'), echo('b', 'older')],
    newer: [echo('a', 'newer')],
  },
  {
    name: 'reversed events, the newer slow',
    events: 'reversed',
    older: [echo('a', 'older'), echo('b', 'older')],
    newer: [slow('a', 'newer')],
  },
  {
    name: 'both at once, the older slow',
    events: 'in order',
    older: [slow('a', 'older'), echo('b', 'older')],
    newer: [echo('a', 'newer')],
  },
  {
    name: 'both at once, the newer slow',
    events: 'in order',
    older: [echo('a', 'older'), echo('b', 'older')],
    newer: [slow('a', 'newer')],
  },
];

test.each(cases)('two versions of one source, $name: readers see the newer', async (each) => {
  const source = `versions/${each.name.replaceAll(/\W+/g, '-')}`;
  stack().bus.hold();

  const older = await uploadToy(source, each.older);
  const newer = await uploadToy(source, each.newer);
  await stack().bus.release((events) => (each.events === 'reversed' ? events.toReversed() : events));
  const [olderRun, newerRun] = [await waitForEnd(older), await waitForEnd(newer)];

  expect(newerRun.state).toBe('completed');
  expect(await readPublished(source)).toEqual({ 'a.txt': 'newer' });
  expect(await readLatest(source)).toMatchObject({ run: newer, manifest: newerRun.manifest });
  if (olderRun.state !== 'superseded') {
    expect(olderRun.state).toBe('completed');
    expect(String(olderRun.endedAt) <= String(newerRun.endedAt)).toBe(true);
  }
});

test('an older version that comes after a newer one was published changes nothing', async () => {
  stack().bus.hold();
  const older = await uploadToy('late', [echo('a', 'older')]);
  const newer = await uploadToy('late', [echo('a', 'newer')]);
  let late: readonly BusEvent[] = [];
  await stack().bus.release((events) => {
    late = events.slice(0, 1);
    return events.slice(1);
  });
  await waitForEnd(newer);

  stack().bus.hold();
  await stack().bus.release(() => late);
  const run = await waitForEnd(older);

  expect(run).toMatchObject({ state: 'superseded' });
  expect(await readPublished('late')).toEqual({ 'a.txt': 'newer' });
});

test('a version planned over one that another has replaced since is planned again, not mixed', async () => {
  await waitForEnd(await uploadToy('base', [echo('a'), echo('b')]));
  const older = await uploadToy('base', [{ id: 'a', text: 'older', ms: SLOW_MS / 3 }, echo('c')]);
  const newer = await uploadToy('base', [echo('a'), echo('b'), slow('d', 'text of d')]);

  await waitForEnd(older);
  const run = await waitForEnd(newer);

  expect(run.state).toBe('completed');
  expect(await readPublished('base')).toEqual(toPublished(['a', 'b', 'd']));
  // 2 when the newer was planned before the older was published, which this machine's speed decides; never more.
  expect(run.generation).toBeLessThanOrEqual(2);
  expect(run.items).toEqual(toCounts(await readManifest(run)));
});

test('the version that readers see is processed once more under other options, though nobody says its sequencer', async () => {
  const first = await waitForEnd(await uploadToy('again', [echo('a')]));
  const options = { perCluster: '1' };
  const { bucket, key, versionId } = first.source;

  await sendMessage(
    readEnv(['intakeQueue']).intakeQueue,
    { type: 'start', bucket, key, versionId, options },
    'again',
  );
  const run = await waitForEnd(toRunId(kindNamed('toy'), first.source, options));

  expect(run.state).toBe('completed');
  expect(await readLatest('again')).toMatchObject({ run: run.run });
});
