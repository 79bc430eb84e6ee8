/** Over its budget a run ends with what it has, and says so. */
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { LocalStack } from '../../infra/local/local-stack.ts';
import { readEnv } from '../../shared/aws/env.ts';
import type { Run } from '../../shared/run/run.ts';
import { toRunId } from '../../shared/run/run-id.ts';
import { type TortureLine, torture } from '../support/kinds/torture-kind.ts';
import { startTestStack, synthTestStack, type TestStack } from '../support/stack/local-stack.ts';
import { readManifest, waitForEnd } from '../support/stack/toy-run.ts';

const MODULE = new URL('../support/kinds/torture-kind.ts', import.meta.url).pathname;

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
let synthesised: TestStack;
let stack: LocalStack;
beforeAll(async () => {
  const { itemSeconds } = torture.limits;
  const budgets = { torture: { items: 3, computeSeconds: itemSeconds + 4 } };
  synthesised = await synthTestStack([MODULE], { budgets });
  stack = await startTestStack(synthesised);
});
afterAll(async () => {
  await stack?.stop();
  await synthesised?.remove();
});

test('items: the first one over the budget is named, and nothing after it is read', async () => {
  const run = await runOf('items', ok('a', 'b', 'c', 'd', 'e', 'f'));

  expect(run.state).toBe('completed_with_failures');
  expect(await toCodes(run)).toEqual(['a ok', 'b ok', 'c ok', 'd BUDGET_SPENT']);
  const { failure } = (await readManifest(run)).find(({ id }) => id === 'd') ?? {};
  expect(failure?.message).toContain('at most 3 items (budgets.torture.items of the config)');
});

test('what is carried over costs nothing of it', async () => {
  await runOf('again', ok('a', 'b'));

  const run = await runOf('again', ok('a', 'b', 'c', 'd', 'e'));

  expect(run.items).toEqual({ total: 5, ok: 3, failed: 0, unchanged: 2 });
});

test('seconds: what computes forever fails for good, and what comes after it by the budget', async () => {
  const started = performance.now();

  const run = await runOf(
    'seconds',
    ['a', 'b', 'c'].map((id) => ({ id, does: 'spin' })),
  );

  const codes = await toCodes(run);
  console.log(codes.join(', '), `${((performance.now() - started) / 1000).toFixed(1)} s`);
  expect(codes).toEqual(['a ITEM_TOO_COSTLY', 'b ITEM_TOO_COSTLY', 'c BUDGET_SPENT']);
});

const ok = (...ids: readonly string[]): TortureLine[] => ids.map((id) => ({ id, does: 'ok' }));

const toCodes = async (run: Run): Promise<string[]> =>
  (await readManifest(run)).map(({ id, failure }) => `${id} ${failure?.code ?? 'ok'}`).sort();

async function runOf(name: string, lines: readonly TortureLine[]): Promise<Run> {
  const bucket = readEnv(['inbox']).inbox;
  const key = `torture/${name}/lines.torture`;
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const { VersionId: versionId } = await new S3Client({ forcePathStyle: true }).send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }),
  );
  const source = { bucket, key, versionId, size: Buffer.byteLength(body) };
  return await waitForEnd(toRunId(torture as never, source, {}), 150);
}
