import { expect, test } from 'vitest';
import type { ToyLine } from '../support/kinds/toy-kind.ts';
import { echo, readManifest, toCounts, uploadToy, waitForEnd } from '../support/stack/toy-run.ts';
import { useToyStack } from '../support/stack/toy-stack.ts';

const ACCOUNT = 3;
const stack = useToyStack({ accountConcurrency: ACCOUNT, concurrency: 8 });

test('an account with less room than pollers: deliveries that found no function are no kills, and nothing is given up', async () => {
  const lines = Array.from({ length: 45 }, (_, n): ToyLine => ({ ...echo(`item-${n}`), ms: 250 }));

  const run = await waitForEnd(await uploadToy('throttled', lines), 120);

  const receives = stack().counts.requests.get('sqs.ReceiveMessage') ?? 0;
  const hidden = stack().counts.requests.get('sqs.ChangeMessageVisibility') ?? 0;
  const invocations = stack()
    .functions()
    .find(({ name }) => name === 'process-toy-512')?.invocations;
  console.log(
    `45 items in ${run.clusters} clusters: ${hidden} deliveries throttled, ${receives} receives, ${invocations} began`,
  );
  expect(run).toMatchObject({ state: 'completed', groups: 1, items: { total: 45, ok: 45, failed: 0 } });
  expect(run.items).toEqual(toCounts(await readManifest(run)));
  expect(hidden).toBeGreaterThan(0);
});
