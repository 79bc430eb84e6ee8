import { expect, test } from 'vitest';
import type { ToyLine } from '../support/kinds/toy-kind.ts';
import { waitFor } from '../support/process/wait-for.ts';
import {
  echo,
  readManifest,
  readPublished,
  runEvents,
  toCounts,
  toPublished,
  uploadToy,
  waitForEnd,
} from '../support/stack/toy-run.ts';
import { useToyStack } from '../support/stack/toy-stack.ts';

const stack = useToyStack({ duplicates: true });
const ids = Array.from({ length: 12 }, (_, n) => `item-${n}`);

/** All messages are handled, the doubled ones too: no queue holds anything, no dead-letter queue either. */
async function waitForEmptyQueues(): Promise<void> {
  const queues = stack()
    .template.ofType('AWS::SQS::Queue')
    .map(({ name }) => name);
  const depths = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      await Promise.all(queues.map(async (name) => [name, await stack().sqs.depth(name)] as const)),
    );
  const isEmpty = async () =>
    Object.values(await depths()).every((depth) => depth === 0) ? true : undefined;
  await waitFor('empty queues', 30, isEmpty, depths);
}

test('every event and message delivered twice: one run with right counts, one event id', async () => {
  const lines: ToyLine[] = [
    ...ids.map((id) => echo(id)),
    { id: 'bad', does: 'throw' },
    { id: 'large', does: 'expand', children: 20, text: 'c' },
  ];
  const events = runEvents(stack());

  const run = await waitForEnd(await uploadToy('doubled', lines));
  await waitForEmptyQueues();

  expect(run).toMatchObject({
    state: 'completed_with_failures',
    items: { total: 14, ok: 13, failed: 1, unchanged: 0 },
    clusters: 5 + 7,
    groups: 2,
  });
  const manifest = await readManifest(run);
  expect(manifest.map(({ id }) => id).sort()).toEqual(lines.map(({ id }) => id).sort());
  expect(run.items).toEqual(toCounts(manifest));
  expect(await readPublished('doubled')).toEqual({
    ...toPublished(ids),
    'large.txt': Array.from({ length: 20 }, (_, n) => `c${n}`).join(','),
  });
  expect(new Set(events.map(({ id }) => id))).toEqual(new Set([`${run.run}#1`]));
});

test('two versions at once, every event and message delivered twice: the newer is what readers see', async () => {
  await waitForEnd(await uploadToy('both', [echo('a'), echo('b')]));

  const older = await uploadToy('both', [echo('a', 'older'), echo('c', 'older')]);
  const newer = await uploadToy('both', [echo('a', 'newer'), echo('b')]);
  await waitForEnd(older);
  const run = await waitForEnd(newer);
  await waitForEmptyQueues();

  expect(run).toMatchObject({ state: 'completed' });
  expect(await readPublished('both')).toEqual({ 'a.txt': 'newer', 'b.txt': 'text of b' });
});
