import { resolve } from 'node:path';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { LocalStack } from '../../infra/local/local-stack.ts';
import { readEnv } from '../../shared/aws/env.ts';
import { getIntact } from '../../shared/run/published.ts';
import { failRun, getRun } from '../../shared/run/run.ts';
import '../support/kinds/dataset-kind.ts';
import type { ToyLine } from '../support/kinds/toy-kind.ts';
import { waitFor } from '../support/process/wait-for.ts';
import { startTestStack, synthTestStack, type TestStack } from '../support/stack/local-stack.ts';
import {
  echo,
  readManifest,
  readPublished,
  toCounts,
  uploadToy,
  waitForEnd,
} from '../support/stack/toy-run.ts';

const MODULE = resolve(import.meta.dirname, '..', 'support', 'kinds', 'dataset-kind.ts');
let synthesised: TestStack;

vi.setConfig({ testTimeout: 150_000, hookTimeout: 150_000 });
beforeAll(async () => {
  synthesised = await synthTestStack([MODULE]);
});
afterAll(() => synthesised?.remove());

/** Runs with a stack of its own at one port, which this process's clients know. */
let port: number | undefined;
async function withStack<T>(
  stateDir: string,
  faults: object[],
  run: (stack: LocalStack) => Promise<T>,
): Promise<T> {
  const stack = await startTestStack(synthesised, {
    stateDir,
    port,
    faults: { rules: faults as never },
  });
  port = Number(new URL(stack.endpoint).port);
  try {
    return await run(stack);
  } finally {
    await stack.stop();
  }
}

const copies = (stack: LocalStack): number => stack.counts.requests.get('s3.CopyObject') ?? 0;
const folder = (name: string): string => resolve(synthesised.folder, name);

test('bytes of a run that died while it published are never taken for those of the run before', async () => {
  const v1 = [echo('a', 'v1'), echo('b', 'same')];
  const v2 = [echo('a', 'v2'), echo('b', 'same'), echo('new', 'v2')];
  const state = folder('dead');
  await withStack(state, [], async () => await waitForEnd(await uploadToy('s', v1)));
  const manifestFails = {
    service: 's3',
    operation: 'PutObject',
    caller: 'finish',
    fault: 'error',
    chance: 1,
  };
  await withStack(state, [manifestFails], async () => {
    const id = await uploadToy('s', v2);
    const copied = async () => ((await readPublished('s'))['a.txt'] === 'v2' ? true : undefined);
    await waitFor('the copy', 60, copied);
    await failRun(await getRun(id), new Error('every attempt at finish failed'));
  });
  const run = await withStack(state, [], async () => {
    expect(await getIntact({ kind: 'toy', name: 's' })).toBeUndefined();
    return await waitForEnd(await uploadToy('s', [...v1]), 90);
  });

  expect(run).toMatchObject({ state: 'completed', items: { ok: 2, unchanged: 0 } });
  await withStack(state, [], async () => {
    expect(await readPublished('s')).toEqual({ 'a.txt': 'v1', 'b.txt': 'same' });
  });
});

test('more clusters than a part holds are published by several functions, with the same manifest', async () => {
  const lines: ToyLine[] = Array.from({ length: 400 }, (_, n) => echo(`item-${n}`));
  lines[7] = { id: 'bad', does: 'throw' };

  await withStack(folder('parts'), [], async () => {
    const run = await waitForEnd(await uploadToy('many', lines), 120);

    const manifest = await readManifest(run);
    expect(run).toMatchObject({ clusters: 134, items: { total: 400, ok: 399, failed: 1 } });
    expect(manifest.map(({ id }) => id)).toEqual(lines.map(({ id }) => id).sort());
    expect(run.items).toEqual(toCounts(manifest));
    expect(Object.keys(await readPublished('many'))).toHaveLength(399);
  });
});

test('outputs that readers have byte for byte are not copied again', async () => {
  await withStack(folder('same'), [], async (stack) => {
    await waitForEnd(await uploadToy('same', [echo('a'), echo('b')]));
    const before = copies(stack);

    // Another identity of the same text: processed again.
    await waitForEnd(
      await uploadToy('same', [
        { ...echo('a'), ms: 1 },
        { ...echo('b', 'new'), ms: 1 },
      ]),
    );

    expect(copies(stack) - before).toBe(1);
    expect(await readPublished('same')).toEqual({ 'a.txt': 'text of a', 'b.txt': 'new' });
  });
});

async function datasetKeys(name: string): Promise<string[]> {
  const prefix = `dataset/${name}/versions/`;
  const s3 = new S3Client({ forcePathStyle: true });
  const found = await s3.send(
    new ListObjectsV2Command({ Bucket: readEnv(['results']).results, Prefix: prefix }),
  );
  return (found.Contents ?? []).map(({ Key = '' }) => Key.slice(prefix.length)).sort();
}

const uploadDataset = async (name: string, lines: ToyLine[]) =>
  await waitForEnd(await uploadToy(name, lines, undefined, 'dataset'));

test('a versioned run is published where it was written: whole, without what failed, and the one before stays', async () => {
  await withStack(folder('versions'), [], async (stack) => {
    const first = await uploadDataset('d', [echo('a'), { id: 'x', does: 'expand', children: 2, text: 'c' }]);
    expect(copies(stack)).toBe(0);
    const of = (run: typeof first, ids: string[]) => ids.map((id) => `${run.run}.1/${id}.txt`);
    expect(await datasetKeys('d')).toEqual(of(first, ['a', 'x/0000', 'x/0001']));

    // The children of what fails to be joined are written, and are not to be seen; `a` is carried over.
    const second = await uploadDataset('d', [
      echo('a'),
      { id: 'y', does: 'fail-join', children: 2 },
      echo('z'),
    ]);
    expect(await datasetKeys('d')).toEqual(
      [...of(first, ['a', 'x/0000', 'x/0001']), ...of(second, ['a', 'z'])].sort(),
    );
    expect(copies(stack)).toBe(1);

    const third = await uploadDataset('d', [echo('z')]);
    expect(await datasetKeys('d')).toEqual([...of(second, ['a', 'z']), ...of(third, ['z'])].sort());
    expect(third.items).toMatchObject({ ok: 0, unchanged: 1 });
  });
});
