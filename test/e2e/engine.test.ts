import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BusEvent } from '../../infra/local/events.ts';
import type { LocalStack } from '../../infra/local/stack.ts';
import { RUN_COMPLETED } from '../../shared/events.ts';
import { startTestStack, synthTestStack, type TestStack } from '../support/local-stack.ts';
import type { ToyLine } from '../support/toy-kind.ts';
import {
  readLatest,
  readManifest,
  readPublished,
  TOY_MODULE,
  toCounts,
  uploadToy,
  waitForEnd,
} from '../support/toy-run.ts';

/** Three items a cluster: 400 children are 134 clusters, so the child group has a second ledger block and a root above. */
const CHILDREN = 400;

let synthesised: TestStack;
let stack: LocalStack;
beforeAll(async () => {
  synthesised = await synthTestStack([TOY_MODULE]);
  stack = await startTestStack(synthesised);
});
afterAll(async () => {
  await stack?.stop();
  await synthesised?.remove();
});

const echo = (id: string, text = `text of ${id}`): ToyLine => ({ id, text });
const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `item-${n}`);

function listen(): BusEvent[] {
  const events: BusEvent[] = [];
  stack.bus.listen((event) => {
    if (event['detail-type'] === RUN_COMPLETED) events.push(event);
  });
  return events;
}

test('a run of items that work, fail and expand ends with every item in its manifest once', async () => {
  const lines: ToyLine[] = [
    ...names(34).map((id) => echo(id)),
    { id: 'bad-1', does: 'throw' },
    { id: 'large', does: 'expand', children: CHILDREN, text: 'c' },
    { id: 'bad-2', does: 'throw' },
    { id: 'small', does: 'expand', children: 5, text: 'd' },
    { id: 'bad-3', does: 'throw' },
    echo('deep/folder/last'),
  ];
  const events = listen();

  const run = await waitForEnd(await uploadToy('mixed', lines), 60);

  const manifest = await readManifest(run);
  expect(manifest.map(({ id }) => id).sort()).toEqual(lines.map(({ id }) => id).sort());
  expect(run.state).toBe('completed_with_failures');
  expect(run.items).toEqual({ total: 40, ok: 37, failed: 3, unchanged: 0 });
  expect(run.items).toEqual(toCounts(manifest));
  // 14 of the run itself, ⌈400 / 3⌉ and ⌈5 / 3⌉ of the two that expand
  expect(run).toMatchObject({ groups: 3, clusters: 14 + 134 + 2 });
  expect(await readPublished('mixed')).toEqual({
    ...Object.fromEntries([...names(34), 'deep/folder/last'].map((id) => [`${id}.txt`, `text of ${id}`])),
    'large.txt': Array.from({ length: CHILDREN }, (_, n) => `c${n}`).join(','),
    'small.txt': 'd0,d1,d2,d3,d4',
  });
  expect(manifest.find(({ id }) => id === 'bad-2')?.failure).toEqual({
    code: 'ITEM_FAILED',
    message: 'Error: asked to throw by bad-2',
  });
  expect(events.map(({ detail }) => detail)).toMatchObject([
    { id: `${run.run}#1`, run: run.run, state: 'completed_with_failures', items: run.items },
  ]);
  expect(await readLatest('mixed')).toMatchObject({ run: run.run, manifest: run.manifest });
});
