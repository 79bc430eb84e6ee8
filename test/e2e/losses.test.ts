import { GetQueueAttributesCommand, PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { LOCAL_ACCOUNT } from '../../infra/local/template.ts';
import { readEnv } from '../../shared/aws/env.ts';
import { getGroup } from '../../shared/run/group.ts';
import { findRun } from '../../shared/run/run.ts';
import type { ToyLine } from '../support/kinds/toy-kind.ts';
import { waitFor } from '../support/process/wait-for.ts';
import {
  echo,
  readManifest,
  readPublished,
  toCounts,
  toPublished,
  uploadToy,
  waitForEnd,
  waitForState,
} from '../support/stack/toy-run.ts';
import { useToyStack } from '../support/stack/toy-stack.ts';

const stack = useToyStack();
/** Longer than abandon takes to start on a busy machine. */
const LATE_MS = 5000;
const CLUSTERS = 'clusterqueue-toy-512';
const queueUrl = (queue: string): string => `${stack().endpoint}/${LOCAL_ACCOUNT}/${queue}`;

let shared: SQSClient | undefined;
const sqs = (): SQSClient => {
  shared ??= new SQSClient({});
  return shared;
};

/** The failure codes of a manifest, by item. */
const toCodes = (manifest: Awaited<ReturnType<typeof readManifest>>): Record<string, string | undefined> =>
  Object.fromEntries(manifest.map(({ id, failure }) => [id, failure?.code]));

test('a letter that can not be parsed stays in its dead-letter queue', async () => {
  const queue = `${CLUSTERS}-deadletters`;
  const invocations = () =>
    stack()
      .functions()
      .find(({ name }) => name === 'abandon')?.invocations ?? 0;
  const before = invocations();

  await stack().sqs.send(queue, '{"type":"cluster","run":7}');
  await waitFor('abandon to look at the letter', 20, async () => (invocations() > before ? true : undefined));

  const hidden = async (): Promise<boolean | undefined> => {
    const { Attributes } = await sqs().send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl(queue), AttributeNames: ['All'] }),
    );
    return Attributes?.ApproximateNumberOfMessagesNotVisible === '1' || undefined;
  };
  await waitFor('the letter to be given back', 10, hidden);
  expect(await stack().sqs.depth(queue)).toBe(1);
  await sqs().send(new PurgeQueueCommand({ QueueUrl: queueUrl(queue) }));
});

test('an item that ends its thread fails alone', async () => {
  const lines: ToyLine[] = [echo('a'), { id: 'exits', does: 'exit' }, echo('b')];

  const run = await waitForEnd(await uploadToy('exits', lines));

  expect(toCodes(await readManifest(run))).toEqual({ a: undefined, b: undefined, exits: 'CRASHED' });
  expect(await readPublished('exits')).toEqual(toPublished(['a', 'b']));
});

test('an item that kills its function each time is left out, and the others of its cluster go on', async () => {
  const lines: ToyLine[] = [echo('a'), { id: 'poison', does: 'kill' }, echo('b')];

  const run = await waitForEnd(await uploadToy('poison', lines), 60);

  const manifest = await readManifest(run);
  expect(toCodes(manifest)).toEqual({ a: undefined, b: undefined, poison: 'QUARANTINED' });
  expect(run.items).toEqual(toCounts(manifest));
  expect(await readPublished('poison')).toEqual(toPublished(['a', 'b']));
});

test('a cluster that reached the dead-letter queue fails its items; a late attempt changes nothing', async () => {
  const late: ToyLine[] = [{ ...echo('late-1'), ms: LATE_MS }, echo('late-2'), echo('late-3')];
  const id = await uploadToy('abandoned', [echo('a'), echo('b'), echo('c'), ...late]);
  const { source, options } = await waitForState(id, 'running');
  const items = late.map((data) => ({ id: data.id, identity: data.id, bytes: 1, data }));
  const place = { run: id, generation: 1, group: `${id}.1`, index: 1, clusters: 2 };
  const letter = { type: 'cluster', ...place, kind: 'toy', memoryMb: 512, source, options, items };

  await stack().sqs.send(`${CLUSTERS}-deadletters`, JSON.stringify(letter));
  const run = await waitForEnd(id);
  await waitFor('the late attempt', 20, async () =>
    (await stack().sqs.depth(CLUSTERS)) === 0 ? true : undefined,
  );

  expect(run).toMatchObject({
    state: 'completed_with_failures',
    items: { total: 6, ok: 3, failed: 3, unchanged: 0 },
  });
  expect(await findRun(id)).toEqual(run);
  const codes = toCodes(await readManifest(run));
  expect(codes).toMatchObject({ a: undefined, 'late-1': 'ABANDONED', 'late-3': 'ABANDONED' });
  expect(await readPublished('abandoned')).toEqual(toPublished(['a', 'b', 'c']));
});

test('a child group that could not be joined fails its item, and the run ends', async () => {
  const id = await uploadToy('unjoined', [
    echo('a'),
    { id: 'large', does: 'expand', children: 2, ms: LATE_MS / 2 },
  ]);
  await waitForState(id, 'running');
  const group = `${id}.1/0`;
  await waitFor('the child group', 20, async () => (await getGroup(group)).sentAt);

  const letter = { type: 'finish', run: id, generation: 1, group };
  await stack().sqs.send('finishqueue-deadletters', JSON.stringify(letter));
  const run = await waitForEnd(id);

  expect(toCodes(await readManifest(run))).toEqual({ a: undefined, large: 'ABANDONED' });
});

test('a run that could not be split ends as failed', async () => {
  stack().bus.hold();
  const id = await uploadToy('unsplit', [echo('a')]);
  const letter = { type: 'start', bucket: readEnv(['inbox']).inbox, key: 'toy/unsplit/source.toy' };

  await stack().sqs.send('intakequeue-deadletters', JSON.stringify(letter));
  const run = await waitForEnd(id);
  await stack().bus.release();

  expect(run).toMatchObject({ state: 'failed', failure: { code: 'ABANDONED' } });
});

test('a run that could not be finished ends as failed', async () => {
  const id = await uploadToy('unfinished', [{ ...echo('slow'), ms: LATE_MS }]);
  await waitForState(id, 'running');

  const letter = { type: 'finish', run: id, generation: 1, group: `${id}.1` };
  await stack().sqs.send('finishqueue-deadletters', JSON.stringify(letter));
  const run = await waitForEnd(id);

  expect(run).toMatchObject({ state: 'failed', failure: { code: 'ABANDONED' } });
});
