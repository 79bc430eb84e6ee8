import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { getRow } from '../../../shared/aws/table.ts';
import { freeTurn, getPublished, type Published, Turn, takeTurn } from '../../../shared/run/published.ts';
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

async function takeMine(run: Run): Promise<Turn> {
  const turn = await takeTurn(run);
  if (turn instanceof Turn) return turn;
  throw new Error(`expected a turn, found ${turn}`);
}

async function publish(run: Run): Promise<void> {
  const turn = await takeMine(run);
  await turn.end(toPublished(run));
  await turn.release();
}

test('one turn at a time: another run waits, and so does another delivery for the same run', async () => {
  const run = toRun('one', '1');
  const turn = await takeMine(run);

  expect(await takeTurn(toRun('one', '2'))).toBe('busy');
  expect(await takeTurn(run)).toBe('busy');
  await turn.release();
  await publish(run);
  expect(await getPublished(run)).toEqual(toPublished(run));
});

test('a turn of another source is not waited for', async () => {
  const turn = await takeMine(toRun('here', '1'));

  await publish(toRun('there', '1'));

  await turn.release();
});

test('an older version than the published one is superseded, the same and a newer one are not', async () => {
  await publish(toRun('order', '2'));

  expect(await takeTurn(toRun('order', '1'))).toBe('superseded');
  await publish(toRun('order', '2'));
  await publish(toRun('order', '3'));
  expect(await takeTurn(toRun('order', '2'))).toBe('superseded');
});

test('a turn knows what readers see until it ends', async () => {
  const first = toRun('previous', '1');
  await publish(first);

  const turn = await takeMine(toRun('previous', '2'));
  await turn.release();

  expect(turn.previous).toEqual(toPublished(first));
  expect(await getPublished(first)).toEqual(toPublished(first));
});

test('a publisher that died is waited for as long as its lease; what is left of it can publish nothing', async () => {
  const dead = await takeMine(toRun('dead', '1'));
  const now = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: now + 31_000 });

  try {
    await publish(toRun('dead', '2'));
    expect(() => dead.check()).toThrow(
      'expected to be the publisher of source#toy#dead, found the lease lost',
    );
    await expect(dead.end(toPublished(toRun('dead', '1')))).rejects.toThrow('found the lease lost');
  } finally {
    vi.useRealTimers();
  }
  await dead.release();
  expect(await getPublished(toRun('dead', '1'))).toEqual(toPublished(toRun('dead', '2')));
});

test('sweep frees the turn of a publisher that is known to be dead', async () => {
  const run = toRun('swept', '1');
  const dead = await takeMine(run);

  await freeTurn(run);

  await publish(run);
  await expect(dead.end(toPublished(run))).rejects.toThrow('found the lease lost');
  await dead.release();
});

test('freeing a turn that nobody has changes nothing', async () => {
  await freeTurn(toRun('nobody', '1'));

  expect(await getRow('source#toy#nobody')).toBeUndefined();
});

test('what readers see never expires', async () => {
  await publish(toRun('kept', '1'));

  expect(await getRow('source#toy#kept')).not.toHaveProperty('expiresAt');
});
