import { resolve } from 'node:path';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { LocalStack } from '../../infra/local/local-stack.ts';
import { readEnv } from '../../shared/aws/env.ts';
import { sendMessage } from '../../shared/aws/queue.ts';
import type { ItemResult } from '../../shared/kind.ts';
import { openRuns, type Run } from '../../shared/run/run.ts';
import { toRunId } from '../../shared/run/run-id.ts';
import { startNewest } from '../../shared/split/start-newest.ts';
import { type FeedLine, feed } from '../support/kinds/feed-kind.ts';
import { startTestStack, synthTestStack, type TestStack } from '../support/stack/local-stack.ts';
import { readManifest, waitForEnd, waitForState } from '../support/stack/toy-run.ts';

const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:token';
const SECRET_VALUE = 'correct horse battery staple';
const logged: string[] = [];
let synthesised: TestStack;
let stack: LocalStack;
let s3: S3Client;

vi.setConfig({ testTimeout: 150_000, hookTimeout: 150_000 });
beforeAll(async () => {
  const module = resolve(import.meta.dirname, '..', 'support', 'kinds', 'feed-kind.ts');
  synthesised = await synthTestStack([module], {
    secrets: { feed: { token: { arn: SECRET_ARN, use: 'text' } } },
  });
  stack = await startTestStack(synthesised, {
    secrets: new Map([[SECRET_ARN, SECRET_VALUE]]),
    log: (line) => void logged.push(line),
  });
  s3 = new S3Client({ forcePathStyle: true });
});
afterAll(async () => {
  await stack?.stop();
  await synthesised?.remove();
});

const toBody = (lines: readonly FeedLine[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');

async function put(key: string, lines: readonly FeedLine[]): Promise<Run['source']> {
  const Body = toBody(lines);
  const bucket = readEnv(['inbox']).inbox;
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
  return { bucket, key, versionId: VersionId, size: Buffer.byteLength(Body) };
}

const runIdOf = (source: Run['source'], options: Run['options'] = {}, at?: string): string =>
  toRunId(feed as never, source, options, at);

async function upload(name: string, lines: readonly FeedLine[]): Promise<Run> {
  return await waitForEnd(runIdOf(await put(`feed/${name}/a.feed`, lines)));
}

async function start(source: Run['source'], options: Run['options'], at: string): Promise<string> {
  const { bucket, key } = source;
  const message = { type: 'start', bucket, key, options, at };
  await sendMessage(readEnv(['intakeQueue']).intakeQueue, message, 'test');
  return runIdOf(source, options, at);
}

async function read(path: string): Promise<string | undefined> {
  try {
    const key = `feed/${path}`;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: readEnv(['results']).results, Key: key }));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

const find = (manifest: readonly ItemResult[], id: string): ItemResult | undefined =>
  manifest.find((result) => result.id === id);

const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

test('an index is written with and without the slash, and leaves when a later run does not write it', async () => {
  const source = await put('feed/index/a.feed', [{ id: 'a' }, { id: 'b' }]);
  await waitForEnd(runIdOf(source));
  const first = await Promise.all(['index/', 'index', 'list.txt'].map((path) => read(`index/${path}`)));

  const again = await waitForEnd(await start(source, { list: false }, inMinutes(1)));

  expect(first).toEqual(['a ok, b ok', 'a ok, b ok', 'a ok\nb ok']);
  expect(again.items).toEqual({ total: 2, ok: 0, failed: 0, unchanged: 2 });
  expect(await read('index/index/')).toBe('a unchanged, b unchanged');
  expect(await read('index/list.txt')).toBeUndefined();
});

test('an item that fails keeps what readers saw of it, marked stale, with its facts', async () => {
  await upload('stale', [{ id: 'a', text: 'good' }, { id: 'b' }]);

  const run = await upload('stale', [{ id: 'a', does: 'throw' }, { id: 'b' }]);

  const failed = find(await readManifest(run), 'a');
  expect(failed).toMatchObject({ status: 'failed', stale: true, detail: { does: 'throw' } });
  expect(failed?.outputs.map(({ path }) => path)).toEqual(['a.txt']);
  expect(await read('stale/a.txt')).toBe('good');
});

test('an item that is done in part is published, counts as failed, and is done again', async () => {
  await upload('half', [{ id: 'a', text: 'whole' }]);
  const source = await put('feed/half/a.feed', [{ id: 'a', does: 'half', text: 'half' }]);
  const first = await waitForEnd(runIdOf(source));

  const again = await waitForEnd(await start(source, {}, inMinutes(1)));

  const [failed] = await readManifest(first);
  expect(failed).toMatchObject({ status: 'failed', outputs: [{ path: 'a.txt' }] });
  expect(failed).not.toHaveProperty('stale');
  expect(await read('half/a.txt')).toBe('half');
  expect(again.items).toEqual({ total: 1, ok: 0, failed: 1, unchanged: 0 });
});

test('what an item had elsewhere goes although others fail; what is not spoken of stays', async () => {
  await upload('moved', [{ id: 'a', text: 'seen' }, { id: 'b' }, { id: 'gone', text: 'still' }]);

  const run = await upload('moved', [
    { id: 'a', path: 'hidden' },
    { id: 'b', does: 'throw' },
  ]);

  expect(run.state).toBe('completed_with_failures');
  expect(await Promise.all(['a', 'hidden', 'gone'].map((path) => read(`moved/${path}.txt`)))).toEqual([
    undefined,
    '',
    'still',
  ]);
});

test('previous results may be carried over though the source no longer names them', async () => {
  await upload('previous', [{ id: 'a', text: 'old' }, { id: 'b' }]);
  stack.bus.hold();
  const source = await put('feed/previous/a.feed', [{ id: 'b' }]);
  await stack.bus.release(() => []);

  const run = await waitForEnd(await start(source, { keep: true }, inMinutes(1)));

  const statuses = (await readManifest(run)).map(({ id, status }) => [id, status]);
  expect(statuses.toSorted()).toEqual([
    ['a', 'unchanged'],
    ['b', 'unchanged'],
  ]);
  expect(await read('previous/a.txt')).toBe('old');
});

test('a companion waits for its source, belongs to it, and starts it again when it changes', async () => {
  const companion = await put('feed/companion/a.more.json', [{ id: 'more', text: '1' }]);
  const source = await put('feed/companion/a.feed', [{ id: 'a' }]);
  await waitForEnd(runIdOf({ ...source, companion }));
  const first = await read('companion/more.txt');

  const changed = await put('feed/companion/a.more.json', [{ id: 'more', text: '2' }]);
  await waitForEnd(runIdOf({ ...source, companion: changed }));

  expect(first).toBe('1');
  expect(await read('companion/more.txt')).toBe('2');
});

test('two starts of a live source at once: the second waits, and finds everything done', async () => {
  const source = await put('feed/twice/a.feed', [{ id: 'a', ms: 1500 }, { id: 'b' }]);
  await waitForState(runIdOf(source), 'running');

  const second = await waitForEnd(await start(source, {}, inMinutes(1)), 90);

  const first = await waitForEnd(runIdOf(source));
  expect([first.state, second.state]).toEqual(['completed', 'completed']);
  expect(first.items).toMatchObject({ ok: 2, unchanged: 0 });
  expect(second.items).toMatchObject({ ok: 0, unchanged: 2 });
});

test('a secret of the config reaches the item and no log; another name is refused', async () => {
  const run = await upload('secret', [
    { id: 'known', does: 'secret', text: 'token' },
    { id: 'unknown', does: 'secret', text: 'password' },
  ]);

  const manifest = await readManifest(run);
  expect(await read('secret/known.txt')).toBe(SECRET_VALUE);
  expect(find(manifest, 'unknown')?.failure?.code).toBe('SECRET_MISSING');
  expect(logged.length).toBeGreaterThan(0);
  expect(logged.filter((line) => line.includes(SECRET_VALUE))).toEqual([]);
  expect(stack.refusals).toEqual(new Map());
});

test('what the journal has of an item is there in the next run', async () => {
  await upload('journal', [{ id: 'counted', does: 'count' }]);

  await upload('journal', [{ id: 'counted', does: 'count', text: 'changed' }]);

  expect(await read('journal/counted.txt')).toBe('2');
});

test('the newest source of each folder is started; without any, nothing is', async () => {
  stack.bus.hold();
  await put('feed/newest/one/a.feed', [{ id: 'a', text: 'older' }]);
  const one = await put('feed/newest/one/b.feed', [{ id: 'a', text: 'newer' }]);
  const two = await put('feed/newest/two/a.feed', [{ id: 'a', text: 'two' }]);
  await stack.bus.release(() => []);
  const at = inMinutes(1);
  const { bucket } = one;

  const started = await startNewest({ type: 'newest', bucket, prefix: 'feed/newest/', suffix: '.feed', at });
  for (const source of [one, two]) await waitForEnd(runIdOf(source, {}, at));

  expect(started).toBe(2);
  expect(await read('newest/one/a.txt')).toBe('newer');
  expect(await read('newest/two/a.txt')).toBe('two');
  await expect(
    startNewest({ type: 'newest', bucket, prefix: 'feed/nowhere/', suffix: '.feed' }),
  ).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
  expect(await Array.fromAsync(openRuns())).toEqual([]);
});
