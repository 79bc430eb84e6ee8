import { expect, test } from 'vitest';
import { completeGroup } from '../../../shared/run/group.ts';
import { BLOCK_CLUSTERS, type Counters, recordCluster } from '../../../shared/run/ledger.ts';
import { CrashModel } from '../../support/table/crash-model.ts';

const GROUP = 'run.1';
/** From just over one block on there is a root above two blocks. */
const SIZES = [
  { clusters: 1, seeds: 1000 },
  { clusters: 5, seeds: 2000 },
  { clusters: BLOCK_CLUSTERS, seeds: 100 },
  { clusters: BLOCK_CLUSTERS + 1, seeds: 200 },
  { clusters: BLOCK_CLUSTERS + 12, seeds: 100 },
];

Object.assign(process.env, { TABLE_NAME: 'ledger', FINISH_QUEUE_URL: 'http://127.0.0.1/0/finish' });

const countersOf = (index: number): Counters => ({ ok: index % 4, failed: index % 3, bytes: index });

function sumOf(clusters: number): Counters {
  const sum = { ok: 0, failed: 0, bytes: 0 };
  for (let index = 0; index < clusters; index++) {
    const { ok, failed, bytes } = countersOf(index);
    sum.ok += ok;
    sum.failed += failed;
    sum.bytes += bytes;
  }
  return sum;
}

async function recordAll(model: CrashModel, clusters: number): Promise<Counters[]> {
  const sums: Counters[] = [];
  await model.run(clusters, async (index) => {
    const total = await recordCluster(GROUP, clusters, index, countersOf(index));
    if (!total) return;
    sums.push(total);
    await completeGroup('run', 1, GROUP, total);
  });
  return sums;
}

test.each(SIZES)(
  '$clusters clusters, $seeds seeds: killed at any step, doubled, all at once: counts are exact and the end is told',
  async ({ clusters, seeds }) => {
    for (let seed = 1; seed <= seeds; seed++) {
      const model = new CrashModel(seed * 7919 + clusters, { kill: 15, duplicate: 20, workers: 8 });

      const sums = await recordAll(model, clusters);

      const expected = sumOf(clusters);
      expect(new Set(sums.map((sum) => JSON.stringify(sum))), `seed ${seed}`).toEqual(
        new Set([JSON.stringify(expected)]),
      );
      expect(model.table.rows.get(`group#${GROUP}`), `seed ${seed}`).toMatchObject(expected);
      expect(model.sent.length, `seed ${seed}`).toBeGreaterThan(0);
      expect(model.sent[0]).toEqual({ type: 'finish', run: 'run', generation: 1, group: GROUP });
    }
  },
  60_000,
);

test('without faults each cluster is one write, each block one more, and the end is told once', async () => {
  const clusters = 3 * BLOCK_CLUSTERS;
  const model = new CrashModel(1, { kill: 0, duplicate: 0, workers: 8 });

  await recordAll(model, clusters);

  // two writes of completeGroup: completedAt and emittedAt
  expect(model.table.writes).toBe(clusters + 3 + 2);
  expect(model.sent.length).toBe(1);
});
