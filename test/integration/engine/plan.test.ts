import { beforeAll, expect, test } from 'vitest';
import type { SplitEntry } from '../../../shared/kind.ts';
import { type PlanOptions, type PlanOutcome, planGroup } from '../../../shared/plan/plan.ts';
import { loadUnchanged } from '../../../shared/plan/plan-writer.ts';
import { getGroup } from '../../../shared/run/group.ts';
import { BLOCK_CLUSTERS } from '../../../shared/run/ledger.ts';
import type { ClusterMessage } from '../../../shared/run/message.ts';
import { toy } from '../../support/kinds/toy-kind.ts';
import { type IdleQueue, useIdleQueue } from '../../support/stack/idle-queue.ts';
import { useToyStack } from '../../support/stack/toy-stack.ts';

const stack = useToyStack();
let queue: IdleQueue;
beforeAll(async () => {
  queue = await useIdleQueue(stack(), 'toy', 512);
});

/** Three items a cluster: two whole plan parts and a short one. */
const ITEMS = 3 * BLOCK_CLUSTERS * 2 + 50;
const HOPS_MAX = 100;

interface Plan extends Partial<PlanOptions> {
  readonly group: string;
  readonly cursors?: boolean;
  /** Comes before each entry: a test holds an attempt here. */
  readonly gate?: (n: number) => Promise<void> | void;
  readonly mark?: string;
}

/** Where each call of `entries` began. */
function toPlan(
  { group, cursors = false, gate, mark = '', ...options }: Plan,
  starts: unknown[] = [],
): PlanOptions {
  const source = { bucket: 'inbox', key: 'toy/plan/source.toy', size: 1 };
  return {
    header: { run: group, generation: 1, group, kind: 'toy', source, options: {} },
    kind: toy as never,
    isUnchanged: () => false,
    outOfTime: () => false,
    async *entries(cursor): AsyncIterable<SplitEntry> {
      starts.push(cursor);
      for (let n = cursor === undefined ? 0 : Number(cursor) + 1; n < ITEMS; n++) {
        await gate?.(n);
        const item = { id: `item-${n}`, identity: mark, bytes: 1, data: {} };
        yield { item, cursor: cursors ? String(n) : undefined };
      }
    },
    ...options,
  };
}

async function planUntilDone(options: PlanOptions): Promise<PlanOutcome[]> {
  const outcomes: PlanOutcome[] = [];
  while (outcomes.length < HOPS_MAX) {
    const outcome = await planGroup(options);
    outcomes.push(outcome);
    if (outcome !== 'handed on') break;
  }
  return outcomes;
}

/** True once every `calls` calls: the function runs out of time after so many items, or parts. */
function every(calls: number): () => boolean {
  let count = 0;
  return () => ++count % calls === 0;
}

const idsOf = (messages: readonly ClusterMessage[]): string[] =>
  messages.toSorted((a, b) => a.index - b.index).flatMap(({ items }) => items.map(({ id }) => id));
const allIds = Array.from({ length: ITEMS }, (_, n) => `item-${n}`);

test.each([
  { name: 'with the kind’s own cursor', cursors: true },
  { name: 'without a cursor of the kind’s own', cursors: false },
])('a plan handed on many times, $name, has every item once and in order', async ({ cursors }) => {
  const starts: unknown[] = [];
  const group = `hops-${cursors}.1`;

  const outcomes = await planUntilDone(toPlan({ group, cursors, outOfTime: every(100) }, starts));

  expect(outcomes.length).toBeGreaterThan(8);
  expect(outcomes.at(-1)).toBe('sent');
  const messages = await queue.drain();
  expect(idsOf(messages)).toEqual(allIds);
  const { clusters, items, sentAt } = await getGroup(group);
  expect(messages.map(({ index }) => index).sort((a, b) => a - b)).toEqual([...Array(clusters).keys()]);
  expect(new Set(messages.map((message) => message.clusters))).toEqual(new Set([clusters]));
  expect({ items, isSent: sentAt !== undefined }).toEqual({ items: ITEMS, isSent: true });
  const resumed = cursors ? ['99', '199', '299'] : [undefined, undefined, undefined];
  expect(starts.slice(0, 4)).toEqual([undefined, ...resumed]);
});

test('a plan that is never handed on fills its clusters', async () => {
  await planUntilDone(toPlan({ group: 'whole.1' }));

  const messages = await queue.drain();
  expect(idsOf(messages)).toEqual(allIds);
  // the last cluster of each whole part is closed early, so that parts and ledger blocks stay the same clusters
  expect(messages.length).toBeLessThanOrEqual(Math.ceil(ITEMS / 3) + 2);
});

test('sending is handed on part by part', async () => {
  let isSealed = false;
  const options = toPlan({ group: 'parts.1', outOfTime: () => isSealed });
  const sealing = { ...options, entries: withEnd(options.entries, () => (isSealed = true)) };

  const outcomes = await planUntilDone(sealing);

  expect(outcomes).toEqual(['handed on', 'handed on', 'sent']);
  expect(idsOf(await queue.drain())).toEqual(allIds);
});

function withEnd(entries: PlanOptions['entries'], end: () => void): PlanOptions['entries'] {
  return async function* (cursor) {
    yield* entries(cursor);
    end();
  };
}

test('a long stretch of unchanged items is handed on, and each is counted once', async () => {
  const isUnchanged = ({ id }: { id: string }) => id !== 'item-0';

  const outcomes = await planUntilDone(
    toPlan({ group: 'unchanged.1', cursors: true, isUnchanged, outOfTime: every(100) }),
  );

  expect(outcomes.filter((outcome) => outcome === 'handed on').length).toBe(Math.floor(ITEMS / 100));
  expect(idsOf(await queue.drain())).toEqual(['item-0']);
  const { items, unchanged, clusters, segments } = await getGroup('unchanged.1');
  expect({ items, unchanged, clusters }).toEqual({ items: ITEMS, unchanged: ITEMS - 1, clusters: 1 });
  expect((await loadUnchanged('unchanged.1', segments.at(-1)?.attempt)).size).toBe(ITEMS - 1);
});

test('two attempts at once: the plan is the newer one’s alone, sealed once, sent once', async () => {
  const reached = Promise.withResolvers<void>();
  const hold = Promise.withResolvers<void>();
  const gate = async (n: number) => {
    if (n !== ITEMS - 5) return;
    reached.resolve();
    await hold.promise;
  };
  const older = planGroup(toPlan({ group: 'race.1', mark: 'older', gate }));
  await reached.promise;

  const newer = await planGroup(toPlan({ group: 'race.1', mark: 'newer' }));
  hold.resolve();

  expect([newer, await older]).toEqual(['sent', 'taken over']);
  const messages = await queue.drain();
  expect(idsOf(messages)).toEqual(allIds);
  const marks = new Set(messages.flatMap(({ items }) => items.map(({ identity }) => identity)));
  expect(marks).toEqual(new Set(['newer']));
});

test('an attempt that hands on after a newer one began changes nothing', async () => {
  const reached = Promise.withResolvers<void>();
  const hold = Promise.withResolvers<void>();
  let isLate = false;
  const gate = async (n: number) => {
    if (n !== 200) return;
    reached.resolve();
    await hold.promise;
    isLate = true;
  };
  const older = planGroup(toPlan({ group: 'late.1', mark: 'older', gate, outOfTime: () => isLate }));
  await reached.promise;
  const handsOn = toPlan({ group: 'late.1', mark: 'newer', outOfTime: every(300) });
  expect(await planGroup(handsOn)).toBe('handed on');

  hold.resolve();

  expect(await older).toBe('taken over');
  expect((await planUntilDone(handsOn)).at(-1)).toBe('sent');
  const messages = await queue.drain();
  expect(idsOf(messages)).toEqual(allIds);
  expect(new Set(messages.flatMap(({ items }) => items.map(({ identity }) => identity)))).toEqual(
    new Set(['newer']),
  );
});

test('a plan that is sealed and sent is left as it is', async () => {
  await planGroup(toPlan({ group: 'again.1', mark: 'first' }));
  await queue.drain();

  const starts: unknown[] = [];
  expect(await planGroup(toPlan({ group: 'again.1', mark: 'second' }, starts))).toBe('sent');

  expect(starts).toEqual([]);
  expect(await queue.drain()).toEqual([]);
});

test('a group without a cluster is empty', async () => {
  expect(await planGroup(toPlan({ group: 'empty.1', isUnchanged: () => true }))).toBe('empty');
  expect(await getGroup('empty.1')).toMatchObject({ clusters: 0, items: ITEMS, unchanged: ITEMS });
});
