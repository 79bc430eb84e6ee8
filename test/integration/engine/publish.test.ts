import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { getRow } from '../../../shared/aws/table.ts';
import { Lease } from '../../../shared/run/lease.ts';
import {
  endTurn,
  freeTurn,
  getIntact,
  getPublished,
  giveTurnBack,
  markSource,
  type Published,
  readTurn,
  type Turn,
  takeTurn,
} from '../../../shared/run/published.ts';
import type { Run } from '../../../shared/run/run.ts';
import { startTable, type TableServer } from '../../support/table/server.ts';

let table: TableServer;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table?.stop());

const toRun = (name: string, order: string, more: Partial<Run> = {}): Run => ({
  run: `${name}-${order}`,
  generation: 1,
  state: 'running',
  kind: 'toy',
  name,
  source: { bucket: 'inbox', key: `toy/${name}/a`, size: 1 },
  order,
  options: {},
  startedAt: '',
  deadline: 0,
  ...more,
});

const toPublished = (run: Run): Published => ({
  order: run.order,
  run: run.run,
  generation: run.generation,
  kindVersion: 1,
  options: '[]',
  manifest: `${run.run}.jsonl`,
  unpruned: [],
});

const lives = async () => false;
const isOver = async () => true;
const ENDING = { state: 'completed' } as const;

async function takeMine(run: Run): Promise<Turn> {
  const turn = await takeTurn(run, lives);
  if (typeof turn !== 'string') return turn;
  throw new Error(`expected a turn, found ${turn}`);
}

async function publish(run: Run): Promise<void> {
  await endTurn(run, await takeMine(run), { ending: ENDING, published: toPublished(run) });
}

test('one pass at a time: another one waits, and every delivery for the same one has its turn', async () => {
  const run = toRun('one', '1');
  await takeMine(run);

  expect(await takeTurn(toRun('one', '2'), lives)).toBe('busy');
  expect(await readTurn(toRun('one', '2'))).toBeUndefined();
  await publish(run);
  expect(await getPublished(run)).toEqual(toPublished(run));
  await publish(toRun('one', '2'));
});

test('a turn of another source is not waited for', async () => {
  await takeMine(toRun('here', '1'));

  await publish(toRun('there', '1'));
});

test('an older version than the published one is superseded, the same and a newer one are not', async () => {
  await publish(toRun('order', '2'));

  expect(await takeTurn(toRun('order', '1'), isOver)).toBe('superseded');
  await publish(toRun('order', '2'));
  await publish(toRun('order', '3'));
  expect(await takeTurn(toRun('order', '2'), isOver)).toBe('superseded');
});

test('a turn knows what readers see until it ends, and after it how its run is to end', async () => {
  const first = toRun('previous', '1');
  await publish(first);

  const second = toRun('previous', '2');
  const { previous, ending } = await takeMine(second);
  await giveTurnBack(second);

  expect({ previous, ending }).toEqual({ previous: toPublished(first), ending: undefined });
  expect((await readTurn(first))?.ending).toEqual(ENDING);
});

test('a pass that is over loses its turn to the next; what is left of it can publish nothing', async () => {
  const dead = toRun('dead', '1');
  const turn = await takeMine(dead);
  const next = toRun('dead', '2');

  await takeTurn(next, isOver);

  await expect(endTurn(dead, turn, { ending: ENDING, published: toPublished(dead) })).rejects.toThrow(
    'expected source#toy#dead to be the turn of dead-1.1',
  );
  await publish(next);
  expect(await getPublished(dead)).toEqual(toPublished(next));
});

test('over a source that a dead pass marked nothing is intact until another one is published', async () => {
  await publish(toRun('marked', '1'));
  const dead = toRun('marked', '2');
  await markSource(dead, await takeMine(dead), { clusters: 3, manifest: 'm' });
  expect(await getIntact(dead)).toBeUndefined();

  const next = toRun('marked', '3');
  const turn = await takeTurn(next, isOver);

  expect(turn).toMatchObject({ dead: [{ pass: 'marked-2.1', clusters: 3, manifest: 'm' }] });
  await publish(next);
  expect(await getIntact(next)).toEqual(toPublished(next));
});

test('what readers see never expires', async () => {
  await publish(toRun('kept', '1'));

  expect(await getRow('source#toy#kept')).not.toHaveProperty('expiresAt');
});

const takeLease = (name: string, epoch = 0) => Lease.take(name, { epoch, isWanted: async () => true });

test('one lease at a time; a released one is free', async () => {
  const lease = await takeLease('a');

  expect(await takeLease('a')).toBeUndefined();
  lease?.check();
  await lease?.release();
  const other = await takeLease('a');
  expect(other).toBeDefined();
  expect(() => lease?.check()).toThrow('found the lease lost');
  await other?.release();
});

test('a holder that died is waited for as long as its lease', async () => {
  const dead = await takeLease('b');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25_000 });

  try {
    const other = await takeLease('b');
    expect(other).toBeDefined();
    await other?.release();
  } finally {
    vi.useRealTimers();
  }
  await dead?.release();
});

test('leases of publishers that are known to be dead are void at once', async () => {
  const run = toRun('freed', '1');
  const { epoch } = await takeMine(run);
  const dead = await takeLease('c', epoch);

  await freeTurn(run);

  const later = (await readTurn(run))?.epoch ?? 0;
  const other = await takeLease('c', later);
  expect(other).toBeDefined();
  await other?.release();
  await dead?.release();
});

test('freeing a turn that nobody has changes nothing', async () => {
  await freeTurn(toRun('nobody', '1'));

  expect(await getRow('source#toy#nobody')).toBeUndefined();
});
