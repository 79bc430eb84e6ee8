import { PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { LOCAL_ACCOUNT } from '../../infra/local/template.ts';
import { readEnv } from '../../shared/aws/env.ts';
import { sendMessage } from '../../shared/aws/queue.ts';
import { getObject, putObject } from '../../shared/aws/store.ts';
import { updateRow } from '../../shared/aws/table.ts';
import { cancelRun } from '../../shared/run/cancel.ts';
import { getGroup } from '../../shared/run/group.ts';
import { planKey } from '../../shared/run/keys.ts';
import { groupProgress } from '../../shared/run/ledger.ts';
import { failRun, findRun, getRun, passAgain } from '../../shared/run/run.ts';
import { emitRunCompleted } from '../../shared/run/run-completed.ts';
import { openRun } from '../../shared/split/open-run.ts';
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
  waitForState,
} from '../support/stack/toy-run.ts';
import { useToyStack } from '../support/stack/toy-stack.ts';

const stack = useToyStack();
const CLUSTERS = 'clusterqueue-toy-512';
const sweep = (event: object) => stack().lambda.invoke('sweep', event);

let shared: SQSClient | undefined;
async function purge(queue: string): Promise<void> {
  shared ??= new SQSClient({});
  await shared.send(new PurgeQueueCommand({ QueueUrl: `${stack().endpoint}/${LOCAL_ACCOUNT}/${queue}` }));
}

test('a purged queue: sweep sends what is missing, and no item is counted twice', async () => {
  const lines = Array.from({ length: 30 }, (_, n): ToyLine => ({ ...echo(`item-${n}`), ms: 60 }));
  const id = await uploadToy('purged', lines);
  await waitForState(id, 'running');
  await purge(CLUSTERS);

  await sweep({ restarted: true });

  const run = await waitForEnd(id);

  const manifest = await readManifest(run);
  expect(run.items).toEqual({ total: 30, ok: 30, failed: 0, unchanged: 0 });
  expect(run.items).toEqual(toCounts(manifest));
});

test('a run past its deadline is ended as failed, once, by sweep', async () => {
  const events = runEvents(stack());
  const id = await uploadToy('deadline', [{ ...echo('slow'), ms: 6000 }]);
  await waitForState(id, 'running');
  await updateRow(`run#${id}`, { set: { deadline: 1 } });

  await sweep({});
  const run = await waitForEnd(id);

  expect(run).toMatchObject({ state: 'failed', failure: { code: 'RUN_DEADLINE' } });
  expect(events).toMatchObject([{ id: `${id}#1`, state: 'failed' }]);
});

test('a queue that is purged while children are at work: sweep sends the missing children', async () => {
  const children = 30;
  const lines: ToyLine[] = [echo('a'), { id: 'large', does: 'expand', children, text: 'c', ms: 50 }];
  const id = await uploadToy('purged-children', lines);
  await waitFor('the child group', 30, async () => (await getGroup(`${id}.1/0`)).sentAt);
  await purge(CLUSTERS);

  await sweep({ restarted: true });
  const run = await waitForEnd(id);

  expect(run).toMatchObject({ state: 'completed', items: { total: 2, ok: 2, failed: 0, unchanged: 0 } });
  expect(await readPublished('purged-children')).toEqual({
    ...toPublished(['a']),
    'large.txt': Array.from({ length: children }, (_, n) => `c${n}`).join(','),
  });
});

test('a run whose split went missing: sweep has it go on', async () => {
  stack().bus.hold();
  const id = await uploadToy('unplanned', [echo('a'), echo('b')]);
  await openRun({
    type: 'start',
    bucket: readEnv(['inbox']).inbox,
    key: 'toy/unplanned/source.toy',
    generation: 1,
  });

  await sweep({ restarted: true });
  const run = await waitForEnd(id);
  await stack().bus.release();

  expect(run).toMatchObject({ state: 'completed', items: { total: 2, ok: 2, failed: 0, unchanged: 0 } });
});

test('one run that can not be swept does not keep the others from it', async () => {
  const lines = Array.from({ length: 9 }, (_, n): ToyLine => ({ ...echo(`item-${n}`), ms: 500 }));
  const good = await uploadToy('good', lines);
  await waitForState(good, 'running');
  // as a bug, or a newer version of the code, might leave it; its deadline has it come first
  await updateRow('run#toy-bad', { set: { run: 'toy-bad', open: 'run', deadline: 2 } });
  await purge(CLUSTERS);

  const { status, errorMessage } = await sweep({ restarted: true });

  expect({ status, errorMessage }).toMatchObject({
    status: 'error',
    errorMessage: '1 open runs could not be swept; see above',
  });
  expect(await waitForEnd(good)).toMatchObject({ state: 'completed' });
  await updateRow('run#toy-bad', { remove: ['open'] });
});

test('a run of a memory size that the config no longer has goes on in one that it has', async () => {
  const lines = Array.from({ length: 9 }, (_, n): ToyLine => ({ ...echo(`item-${n}`), ms: 500 }));
  const id = await uploadToy('retiered', lines);
  await waitForState(id, 'running');
  await purge(CLUSTERS);
  const { results } = readEnv(['results']);
  const key = planKey(`${id}.1`, 1, 0);
  const plan = Buffer.concat(await Array.fromAsync((await getObject(results, key)) ?? [])).toString();
  await putObject(results, key, plan.replaceAll('"memoryMb":512', '"memoryMb":4096'), 'application/x-ndjson');

  await sweep({ restarted: true });

  expect(await waitForEnd(id)).toMatchObject({ state: 'completed', items: { total: 9, ok: 9 } });
});

test('a large item whose children are at work is no run that stands still', async () => {
  const id = await uploadToy('busy', [{ id: 'large', does: 'expand', children: 30, text: 'c', ms: 300 }]);
  await waitFor(
    'some children',
    30,
    async () => (await groupProgress(`${id}.1/0`, 10)).clusters > 1 || undefined,
  );
  const long = Math.floor(Date.now() / 1000) - 3 * 3600;
  await updateRow(`run#${id}`, { set: { progress: { clusters: 0, at: long } } });
  const sent = stack().counts.requests.get('sqs.SendMessageBatch') ?? 0;

  await sweep({});

  expect(stack().counts.requests.get('sqs.SendMessageBatch')).toBe(sent);
  expect(await waitForEnd(id)).toMatchObject({ state: 'completed' });
});

test('a run past its deadline that goes on in its next generation is told once, at its end', async () => {
  const events = runEvents(stack());
  const id = await uploadToy('passing', [{ ...echo('slow'), ms: 4000 }]);
  const first = await waitForState(id, 'running');
  // what sweep read has been passed on meanwhile
  const next = await passAgain(first);

  await emitRunCompleted(await failRun(first, new Error('the deadline')));

  expect(next).toMatchObject({ generation: 2, state: 'planning' });
  expect(events.filter(({ run }) => run === id)).toEqual([]);
  await sweep({ restarted: true });
  expect(await waitForEnd(id, 60, 2)).toMatchObject({ state: 'completed', generation: 2 });
  expect(events.filter(({ run }) => run === id)).toMatchObject([{ id: `${id}#2`, state: 'completed' }]);
});

test('a cancelled run ends at once, its event is out, and its clusters do nothing more', async () => {
  const events = runEvents(stack());
  const lines = Array.from({ length: 60 }, (_, n): ToyLine => ({ ...echo(`item-${n}`), ms: 300 }));
  const id = await uploadToy('cancelled', lines);
  const running = await waitForState(id, 'running');

  const cancelled = await cancelRun(running);
  const again = await cancelRun(running);

  expect(cancelled).toMatchObject({ state: 'cancelled', generation: 1 });
  expect(again).toMatchObject({ state: 'cancelled', endedAt: cancelled.endedAt });
  expect(events.filter(({ run }) => run === id)).toMatchObject([{ id: `${id}#1`, state: 'cancelled' }]);
  await waitFor(
    'the queue to be empty',
    30,
    async () => (await stack().sqs.depth(CLUSTERS)) === 0 || undefined,
  );
  const { clusters } = await groupProgress(`${id}.1`, 20);
  // those that were at work when it was cancelled
  expect(clusters).toBeLessThanOrEqual(3);
  expect(await readPublished('cancelled')).toEqual({});
});

test('a run that moves, or that stands still for a short time, is left alone', async () => {
  const id = await uploadToy('moves', [{ ...echo('slow'), ms: 1500 }]);
  await waitForState(id, 'running');
  const sent = stack().counts.requests.get('sqs.SendMessageBatch') ?? 0;

  await sweep({});
  await sweep({});

  expect(stack().counts.requests.get('sqs.SendMessageBatch')).toBe(sent);
  expect(await waitForEnd(id)).toMatchObject({ state: 'completed' });
});

test('a run that ended, and whose event did not get out: sweep has it told', async () => {
  const events = runEvents(stack());
  const id = await uploadToy('untold', [{ ...echo('slow'), ms: 3000 }]);
  const run = await waitForState(id, 'running');
  await failRun(run, new Error('a full disk'));
  expect((await findRun(id))?.emittedAt).toBeUndefined();

  await sweep({});
  await waitForEnd(id);

  expect(events).toMatchObject([{ id: `${id}#1`, state: 'failed' }]);
});

test('another pass over a run that ended untold has it told first', async () => {
  const events = runEvents(stack());
  const id = await uploadToy('untold-again', [{ ...echo('slow'), ms: 3000 }]);
  await failRun(await waitForState(id, 'running'), new Error('a full disk'));
  const { source } = await getRun(id);
  const start = { type: 'start', bucket: source.bucket, key: source.key, generation: 2 } as const;

  await sendMessage(readEnv(['intakeQueue']).intakeQueue, start, 'start');
  const again = await waitForEnd(id, 60, 2);

  expect(again).toMatchObject({ state: 'completed', generation: 2 });
  expect(events.map((event) => event.id)).toEqual([`${id}#1`, `${id}#2`]);
});
