import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { isAbsent } from '../../../shared/aws/condition.ts';
import { getRow, updateRow } from '../../../shared/aws/table.ts';
import { getGroup, openAttempt, sealGroup, storeCursor } from '../../../shared/run/group.ts';
import { BLOCK_CLUSTERS, groupProgress, recordCluster, recordedIndexes } from '../../../shared/run/ledger.ts';
import { startTable, type TableServer } from '../../support/table/server.ts';

let table: TableServer;
/** Which answers are lost on the way; the SDK then asks again. */
let lost: (operation: string) => boolean = () => false;
beforeAll(async () => {
  table = await startTable((operation) => lost(operation));
});
beforeEach(() => {
  lost = () => false;
  table?.requests.clear();
});
afterAll(() => table?.stop());

/** Loses the answer of every `n`th update. */
function everyUpdate(n: number): (operation: string) => boolean {
  let count = 0;
  return (operation) => operation === 'UpdateItem' && ++count % n === 0;
}

const counters = { ok: 2, failed: 1, bytes: 10 };

async function recordTwice(group: string, clusters: number): Promise<(object | undefined)[]> {
  const order = Array.from({ length: 2 * clusters }, (_, n) => (n * 7) % clusters);
  const sums: (object | undefined)[] = [];
  const workers = Array.from({ length: 8 }, async (_, worker) => {
    for (let n = worker; n < order.length; n += 8)
      sums.push(await recordCluster(group, clusters, order[n] ?? 0, counters));
  });
  await Promise.all(workers);
  return sums;
}

test.each([
  { clusters: 5, writes: 5 },
  { clusters: BLOCK_CLUSTERS, writes: BLOCK_CLUSTERS },
  { clusters: BLOCK_CLUSTERS + 2, writes: BLOCK_CLUSTERS + 2 + 2 },
])(
  '$clusters clusters on a real table engine: one write each and one a block',
  async ({ clusters, writes }) => {
    const sums: unknown[] = [];
    for (let index = 0; index < clusters; index++)
      sums.push(await recordCluster(`plain-${clusters}`, clusters, index, counters));

    const total = { ok: 2 * clusters, failed: clusters, bytes: 10 * clusters };
    expect(sums.filter((each) => each !== undefined)).toEqual([total]);
    expect(table.requests).toEqual(new Map([['UpdateItem', writes]]));
  },
);

test('every cluster recorded twice, eight at once, answers lost: the counters are exact', async () => {
  const clusters = BLOCK_CLUSTERS + 3;
  lost = everyUpdate(29);

  const sums = await recordTwice('rough', clusters);

  const total = { ok: 2 * clusters, failed: clusters, bytes: 10 * clusters };
  const told = sums.filter((each) => each !== undefined);
  expect(told.length).toBeGreaterThan(0);
  expect(new Set(told.map((each) => JSON.stringify(each)))).toEqual(new Set([JSON.stringify(total)]));
  expect(await groupProgress('rough', clusters)).toEqual({ clusters, ...total });
});

test('what is recorded can be told by plan part', async () => {
  for (const index of [0, 3, BLOCK_CLUSTERS, BLOCK_CLUSTERS + 1])
    await recordCluster('part', BLOCK_CLUSTERS + 4, index, counters);

  expect(await recordedIndexes('part', 0)).toEqual(new Set([0, 3]));
  expect(await recordedIndexes('part', 1)).toEqual(new Set([BLOCK_CLUSTERS, BLOCK_CLUSTERS + 1]));
  expect(await groupProgress('part', BLOCK_CLUSTERS + 4)).toMatchObject({ clusters: 4, ok: 8 });
});

const sealOf = (attempt: number) => ({
  attempt,
  segments: [{ attempt, part: 0 }],
  clusters: 3,
  items: 9,
  unchanged: 0,
});
const cursorOf = (attempt: number) => ({ entries: 1, clusters: 1, items: 1, attempt });

test('only the newest attempt can store a cursor or seal, and only once', async () => {
  const older = await openAttempt('fence');
  const newer = await openAttempt('fence');

  expect([older.attempt, newer.attempt]).toEqual([1, 2]);
  expect(await storeCursor('fence', [], cursorOf(1))).toBe(false);
  expect(await sealGroup('fence', sealOf(1))).toBe(false);
  expect(await storeCursor('fence', [], cursorOf(2))).toBe(true);
  expect(await sealGroup('fence', sealOf(2))).toBe(true);
  expect(await storeCursor('fence', [], cursorOf(2))).toBe(false);
  const third = await openAttempt('fence');
  expect(third).toMatchObject({ attempt: 3, clusters: 3, items: 9 });
  expect(third.cursor).toBeUndefined();
});

test('a seal whose answer was lost is a seal: no one else would send the clusters', async () => {
  const { attempt } = await openAttempt('sealed');
  let losses = 1;
  lost = () => losses-- > 0;

  const isSealed = await sealGroup('sealed', sealOf(attempt));

  expect(isSealed).toBe(true);
  expect(await getGroup('sealed')).toMatchObject({ attempt, clusters: 3 });
  expect(table.requests.get('UpdateItem')).toBeGreaterThan(1);
});

test('records expire some time after their last change, but for those that are kept', async () => {
  const before = Date.now() / 1000;
  await updateRow('brief', { set: { a: 1 } });
  await updateRow('kept', { set: { a: 1 }, isKept: true });
  await updateRow('kept', { remove: ['a'], isKept: true });

  expect(Number((await getRow('brief'))?.expiresAt)).toBeGreaterThan(before + 89 * 86_400);
  expect(await getRow('kept')).toEqual({ pk: 'kept' });
  expect(await getRow('none')).toBeUndefined();
});

test('a condition that does not hold is told from one that does', async () => {
  const once = { add: { n: 1 }, condition: isAbsent('n') };

  expect(await updateRow('once', once)).toMatchObject({ n: 1 });
  expect(await updateRow('once', once)).toBeUndefined();
});
