import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { readEnv } from '../../shared/aws/env.ts';
import { openRuns, type Run } from '../../shared/run/run.ts';
import { toRunId } from '../../shared/run/run-id.ts';
import { type ToyLine, toy } from '../support/kinds/toy-kind.ts';
import { waitFor } from '../support/process/wait-for.ts';
import { echo, readPublished, toPublished, waitForEnd } from '../support/stack/toy-run.ts';
import { useToyStack } from '../support/stack/toy-stack.ts';

const stack = useToyStack();

let s3: S3Client | undefined;
/** Uploads an object to the inbox; returns the id that its run has, if it is one. */
async function put(key: string, lines: readonly ToyLine[]): Promise<string> {
  s3 ??= new S3Client({ forcePathStyle: true });
  const Body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const bucket = readEnv(['inbox']).inbox;
  const { VersionId: versionId } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
  return toRunId(toy as never, { bucket, key, versionId, size: Buffer.byteLength(Body) }, {});
}

const runOf = async (key: string, lines: readonly ToyLine[]): Promise<Run> =>
  await waitForEnd(await put(key, lines));

test('a second file under one name is refused, and the first one stays what readers see', async () => {
  const first = await runOf('toy/report.toy', [echo('a')]);

  const other = await runOf('toy/report.other', [echo('b')]);
  const beside = await runOf('toy/report/another.toy', [echo('c')]);
  const next = await runOf('toy/report.toy', [echo('a'), echo('d')]);

  expect([first.state, next.state]).toEqual(['completed', 'completed']);
  for (const { state, failure } of [other, beside])
    expect({ state, code: failure?.code }).toEqual({ state: 'failed', code: 'SOURCE_NAME_TAKEN' });
  expect(other.failure?.message).toContain('toy/report.other: expected the name "report" to be free');
  expect(await readPublished('report')).toEqual(toPublished(['a', 'd']));
});

test.each([
  ['outer', 'toy/outer/inner/s.toy', 'outer/inner', 'toy/outer/s.toy'],
  ['upper', 'toy/upper/s.toy', 'upper', 'toy/upper/lower/s.toy'],
])('a source whose outputs could be those of another is refused: %s', async (_, key, name, second) => {
  await runOf(key, [echo('kept')]);

  const { state, failure } = await runOf(second, [{ id: 'inner/kept', text: 'of another source' }]);

  expect({ state, code: failure?.code }).toEqual({ state: 'failed', code: 'SOURCE_NAME_TAKEN' });
  expect(await readPublished(name)).toEqual(toPublished(['kept']));
});

test('empty objects and folder markers are no sources', async () => {
  const keys = ['toy/', 'toy/folder/', 'toy/empty/s.toy'];

  for (const key of keys) await put(key, []);
  const whole = await runOf('toy/empty/s.toy', [echo('a')]);

  expect(whole.state).toBe('completed');
  const queues = ['intakequeue', 'intakequeue-deadletters'];
  const areEmpty = async () =>
    (await Promise.all(queues.map((queue) => stack().sqs.depth(queue)))).every((depth) => depth === 0);
  await waitFor('the events to be taken', 40, async () => (await areEmpty()) || undefined);
  expect(await Array.fromAsync(openRuns())).toEqual([]);
});
