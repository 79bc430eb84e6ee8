import { beforeAll, expect, test } from 'vitest';
import type { Item, ItemResult } from '../../../shared/kind.ts';
import {
  type Expansion,
  expandCluster,
  readExpanded,
  resumeChildGroup,
  toSame,
} from '../../../shared/process/expanded.ts';
import { getGroup } from '../../../shared/run/group.ts';
import { childGroup, parseChildId } from '../../../shared/run/keys.ts';
import type { ClusterMessage } from '../../../shared/run/message.ts';
import '../../support/kinds/toy-kind.ts';
import { type IdleQueue, useIdleQueue } from '../../support/stack/idle-queue.ts';
import { useToyStack } from '../../support/stack/toy-stack.ts';

const stack = useToyStack();
let queue: IdleQueue;
beforeAll(async () => {
  queue = await useIdleQueue(stack(), 'toy', 512);
});

const toItem = (id: string): Item => ({ id, identity: id, bytes: 1, data: { id } });

function toMessage(run: string, ids: readonly string[]): ClusterMessage {
  const source = { bucket: 'inbox', key: `toy/${run}/${run}.toy`, size: 1 };
  const place = { run, generation: 1, group: `${run}.1`, index: 0, clusters: 1 };
  return {
    type: 'cluster',
    ...place,
    kind: 'toy',
    memoryMb: 512,
    source,
    options: {},
    items: ids.map(toItem),
  };
}

const toOk = (id: string): ItemResult => ({ id, identity: id, status: 'ok', outputs: [], ms: 1 });
const inTime = (): boolean => false;
const late = (): boolean => true;

/** Which items the plan's children stand for, by what the seal says that they are of. */
async function whatIsPlanned(message: ClusterMessage, children: readonly ClusterMessage[]) {
  const group = childGroup(message.group, message.index);
  const { results, expansions } = await readExpanded(group, await getGroup(group));
  const ids = children.flatMap(({ items }) => items.map(({ id }) => parseChildId(id)));
  return {
    done: results.map(({ id }) => id),
    children: ids.map(({ expansion, id }) => `${expansions[expansion]?.item.id} as ${id}`).sort(),
  };
}

test('a delivery that is short of time plans its child group in one go', async () => {
  const message = toMessage('short', ['a', 'b', 'c']);

  await expandCluster(message, [toOk('a')], [toSame(toItem('b'), {}), toSame(toItem('c'), {})], late);

  const children = await queue.drain();
  expect(await whatIsPlanned(message, children)).toEqual({ done: ['a'], children: ['b as b', 'c as c'] });
});

test('a second delivery that would expand something else takes over nothing of a group that is sealed', async () => {
  const message = toMessage('sealed', ['a', 'b', 'c']);
  await expandCluster(message, [toOk('a'), toOk('b')], [toSame(toItem('c'), {})], inTime);

  await expandCluster(
    message,
    [],
    ['a', 'b', 'c'].map((id) => toSame(toItem(id), { isSuspect: true })),
    inTime,
  );

  const children = await queue.drain();
  expect(await whatIsPlanned(message, children)).toEqual({ done: ['a', 'b'], children: ['c as c'] });
});

test('two deliveries plan at once: what is joined, the plan and what was sent are of one of them', async () => {
  const message = toMessage('race', ['a', 'b', 'c']);
  const other: Expansion[] = ['a', 'b', 'c'].map((id) => toSame(toItem(id), { isSuspect: true }));

  await Promise.all([
    expandCluster(message, [toOk('a'), toOk('b')], [toSame(toItem('c'), {})], inTime),
    expandCluster(message, [], other, inTime),
    expandCluster(message, [toOk('a')], [toSame(toItem('c'), {}), toSame(toItem('b'), {})], inTime),
  ]);

  const planned = await whatIsPlanned(message, await queue.drain());
  expect([
    { done: ['a', 'b'], children: ['c as c'] },
    { done: [], children: ['a as a', 'b as b', 'c as c'] },
    { done: ['a'], children: ['b as b', 'c as c'] },
  ]).toContainEqual(planned);
});

test('a delivery that could not send all of its children is gone on with from the plan', async () => {
  const message = toMessage('unsent', ['large']);
  const children = Array.from({ length: 3 * 128 + 1 }, (_, n) => toItem(`child-${n}`));
  const expansion: Expansion = { how: 'join', item: toItem('large'), children };

  await expect(expandCluster(message, [], [expansion], late)).rejects.toThrow('needs another delivery');
  const first = await queue.drain();
  expect(await resumeChildGroup(message, inTime)).toBe(true);

  const all = [...first, ...(await queue.drain())];
  expect(first.length).toBeGreaterThan(0);
  expect((await whatIsPlanned(message, all)).children).toEqual(
    children.map(({ id }) => `large as ${id}`).sort(),
  );
});

test('a cluster without a sealed child group has nothing to go on with', async () => {
  expect(await resumeChildGroup(toMessage('none', ['a']), inTime)).toBe(false);
});
