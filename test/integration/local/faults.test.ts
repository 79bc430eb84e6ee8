import { expect, test } from 'vitest';
import type { ToyLine } from '../../support/kinds/toy-kind.ts';
import {
  echo,
  readManifest,
  readPublished,
  runEvents,
  toCounts,
  toPublished,
  uploadToy,
  waitForEnd,
} from '../../support/stack/toy-run.ts';
import { useToyStack } from '../../support/stack/toy-stack.ts';

const CHILDREN = 30;
const SERVICES = ['s3', 'sqs', 'dynamodb', 'events'];

const stack = useToyStack({
  faults: {
    seed: 771,
    rules: [
      ...SERVICES.map((service) => ({ service, fault: 'throttle' as const, chance: 0.05 })),
      ...SERVICES.map((service) => ({ service, fault: 'error' as const, chance: 0.02 })),
      ...SERVICES.map((service) => ({ service, fault: 'reset' as const, chance: 0.01 })),
    ],
  },
});
const ids = Array.from({ length: 60 }, (_, n) => `item-${n}`);

test('throttled, failing and broken calls of every service: the run ends with exact counts', async () => {
  const lines: ToyLine[] = [
    ...ids.map((id) => echo(id)),
    { id: 'large', does: 'expand', children: CHILDREN, text: 'c' },
  ];
  const events = runEvents(stack());

  const run = await waitForEnd(await uploadToy('rough', lines), 80);

  const manifest = await readManifest(run);
  expect(run.state).toBe('completed');
  expect(run.items).toEqual({ total: 61, ok: 61, failed: 0, unchanged: 0 });
  expect(run.items).toEqual(toCounts(manifest));
  expect(manifest.map(({ id }) => id).sort()).toEqual(lines.map(({ id }) => id).sort());
  expect(await readPublished('rough')).toEqual({
    ...toPublished(ids),
    'large.txt': Array.from({ length: CHILDREN }, (_, n) => `c${n}`).join(','),
  });
  expect(new Set(events.map(({ id }) => id))).toEqual(new Set([`${run.run}#1`]));
  // The seed fixes which of a service's calls go wrong, counted in their order; each service is asked often enough.
  expect([...stack().injected.keys()]).toEqual(
    expect.arrayContaining([
      ...SERVICES.map((service) => `${service} throttle`),
      ...['s3 error', 's3 reset', 'dynamodb error', 'dynamodb reset'],
    ]),
  );
}, 120_000);
