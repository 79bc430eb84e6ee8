import { expect, test } from 'vitest';
import { readEnv } from '../../shared/aws/env.ts';
import { deleteObjects, findObject } from '../../shared/aws/store.ts';
import type { ItemResult } from '../../shared/kind.ts';
import { resultKey } from '../../shared/run/keys.ts';
import { groupProgress } from '../../shared/run/ledger.ts';
import { completeCluster } from '../../shared/run/results.ts';
import { getRun } from '../../shared/run/run.ts';
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
} from '../support/stack/toy-run.ts';
import { useToyStack } from '../support/stack/toy-stack.ts';

const stack = useToyStack();
/** Longer than a test takes to look. */
const LATE_MS = 5000;
const CLUSTERS = 'clusterqueue-toy-512';
const abc = ['a', 'b', 'c'].map((id) => echo(id));

/** The failure codes of a manifest, by item. */
const toCodes = (manifest: Awaited<ReturnType<typeof readManifest>>): Record<string, string | undefined> =>
  Object.fromEntries(manifest.map(({ id, failure }) => [id, failure?.code]));

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

test('a cluster that runs late goes on in a child group, and each item keeps its own result', async () => {
  // a and b leave c no time; by then the function is past the point where a plan of a source would be handed on.
  const lines: ToyLine[] = [{ ...echo('a'), ms: 4000 }, { ...echo('b'), ms: 9500 }, echo('c')];

  const run = await waitForEnd(await uploadToy('late', lines), 90);

  expect(run).toMatchObject({ state: 'completed', items: { total: 3, ok: 3, failed: 0, unchanged: 0 } });
  expect(await readPublished('late')).toEqual(toPublished(['a', 'b', 'c']));
});

/** Deletes the results of a run's first cluster, as soon as they are there. */
async function loseResults(id: string): Promise<void> {
  const { results } = readEnv(['results']);
  const key = resultKey(`${id}.1`, 0);
  await waitFor('the first results', 30, async () => await findObject(results, key));
  await deleteObjects(results, [key]);
}

/** The longest pause before a dead letter is seen again. */
const SECONDS = 120;

test('what fails the same way at every delivery ends by way of the dead-letter queue, with its error', async () => {
  const bad: ToyLine = { id: 'bad', does: 'expand-badly' };
  const unsplit = await uploadToy('unsplit', [echo('a'), { id: 'b', does: 'throw-split' }]);
  const unfinished = await uploadToy('unfinished', [...abc, { ...echo('slow'), ms: LATE_MS }]);
  await loseResults(unfinished);
  const unjoined = await uploadToy('unjoined', [echo('a'), { id: 'large', does: 'kill-join', children: 2 }]);
  const unplanned = await uploadToy('unplanned', [...abc, bad, echo('d')]);

  const seen = await waitFor('the terminal to have something to show', SECONDS, async () => {
    const { trouble } = await getRun(unfinished);
    return trouble;
  });
  const split = await waitForEnd(unsplit, SECONDS);
  const finished = await waitForEnd(unfinished, SECONDS);
  const joined = await waitForEnd(unjoined, SECONDS);
  const planned = await waitForEnd(unplanned, SECONDS);

  expect(seen).toMatchObject({ step: 'finish', message: expect.stringContaining('expected the results of') });
  expect(split).toMatchObject({ state: 'failed', failure: { code: 'ABANDONED' } });
  expect(split.failure?.message).toMatch(
    /^every attempt at split failed; the last one: .*asked to throw by b$/,
  );
  expect(finished).toMatchObject({ state: 'failed', failure: { code: 'ABANDONED' } });
  expect(finished.failure?.message).toContain('expected the results of cluster 0');
  expect(toCodes(await readManifest(joined))).toEqual({ a: undefined, large: 'ABANDONED' });
  const manifest = await readManifest(planned);
  const codes = toCodes(manifest);
  expect(codes).toEqual({ a: undefined, b: undefined, c: undefined, bad: 'ABANDONED', d: 'ABANDONED' });
  expect(manifest.find(({ id }) => id === 'd')?.failure?.message).toContain('serialize a BigInt');
});

test('a message that can not be parsed reaches its dead-letter queue, and stays there', async () => {
  const queue = `${CLUSTERS}-deadletters`;

  await stack().sqs.send(CLUSTERS, '{"type":"cluster","run":7}');

  await waitFor('the dead letter', 60, async () => (await stack().sqs.depth(queue)) === 1 || undefined);
  const abandon = () =>
    stack()
      .functions()
      .find(({ name }) => name === 'abandon')?.invocations ?? 0;
  await waitFor('abandon to look at it', 30, async () => abandon() > 0 || undefined);
  expect(await stack().sqs.depth(queue)).toBe(1);
  expect(await stack().sqs.depth(CLUSTERS)).toBe(0);
});

test('results that were stored first stand, whatever a later attempt makes', async () => {
  const place = { run: 'toy-twice', generation: 1, group: 'toy-twice.1', index: 1, clusters: 2 };
  const toOne = (status: 'ok' | 'failed'): ItemResult[] => [
    { id: 'a', identity: 'a', status, outputs: [], ms: 1 },
  ];

  await completeCluster(place, toOne('failed'));
  await completeCluster(place, toOne('ok'));

  expect(await groupProgress(place.group, 2)).toEqual({ clusters: 1, ok: 0, failed: 1, bytes: 0 });
});
