import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ObjectServer } from '../../../../infra/cli/serve-objects.ts';
import { createS3, type S3Api } from '../../../../infra/local/s3/api.ts';

const BUCKET = 'storage-results';
let stateDir: string;
let store: S3Api;
let client: S3Client;
let objects: ObjectServer;
const servers: ReturnType<typeof createServer>[] = [];

async function listen(handle: Parameters<typeof createServer>[1]): Promise<number> {
  const server = createServer(handle as never);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The store is open, and so locked, for as long as these tests run. */
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'smallbatch-serve-test-'));
  store = await createS3({ folder: join(stateDir, 's3') });
  await store.createBucket('storage-inbox', { versioned: true });
  await store.createBucket(BUCKET, { versioned: false });
  const port = await listen((req, res) => void store.handle(req, res));
  client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  await put('galaxy/m/', '{"root":1}', 'application/json');
  await put('galaxy/m/v3', 'no slash');
  await put('galaxy/m/v3/', 'slash');
  await put('galaxy/m/a/1.0.0 b/', 'plus');
  await put('galaxy/m/range.bin', '0123456789');
  await put('galaxy/other/secret', 'not below the prefix');
  objects = new ObjectServer(stateDir, 'galaxy/m');
  base = await listen((req, res) => void objects.handle(req, res));
});
let base: number;

afterAll(async () => {
  await objects.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await store.close();
  await rm(stateDir, { recursive: true });
});

async function put(Key: string, Body: string, ContentType = 'text/plain'): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ContentType }));
}

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
  readonly headers: Record<string, unknown>;
}

/** Not fetch: it would resolve `..` before the server sees it. */
async function get(path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: base, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          body: Buffer.concat(chunks).toString(),
          headers: response.headers,
        }),
      );
    });
    sent.on('error', reject).end();
  });
}

describe('smallbatch serve, beside a stack that holds the state', () => {
  it.each([
    ['/', 200, '{"root":1}'],
    ['/galaxy/m/', 200, '{"root":1}'],
    ['/galaxy/m/?limit=100', 200, '{"root":1}'],
    ['/v3', 200, 'no slash'],
    ['/v3/', 200, 'slash'],
    ['/galaxy/m/v3/', 200, 'slash'],
    ['/a/1.0.0+b/', 200, 'plus'],
    ['/v3/x', 404, undefined],
    ['/galaxy/m', 404, undefined],
    ['/galaxy/other/secret', 404, undefined],
    ['/../other/secret', 404, undefined],
    ['/%2e%2e/other/secret', 404, undefined],
    ['/..%2f..%2f..%2fetc/passwd', 404, undefined],
    ['/%', 400, undefined],
  ])('%s → %i', async (path, status, body) => {
    const answer = await get(path);

    expect(answer.status).toBe(status);
    if (body !== undefined) expect(answer.body).toBe(body);
  });

  it('has the stored content type, and a HEAD without a body', async () => {
    const answer = await get('/', 'HEAD');

    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'content-length': '10' });
  });

  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=20-', 416, undefined, 'bytes */10'],
  ])('range %s', async (range, status, body, contentRange) => {
    const answer = await get('/range.bin', 'GET', { range });

    expect([answer.status, answer.headers['content-range']]).toEqual([status, contentRange]);
    if (body !== undefined) expect(answer.body).toBe(body);
  });

  it('writes nothing', async () => {
    const answers = await Promise.all(['PUT', 'DELETE', 'POST'].map((method) => get('/v3', method)));

    expect(answers.map(({ status }) => status)).toEqual([405, 405, 405]);
    expect((await get('/v3')).body).toBe('no slash');
  });

  it('shows what was written since, and answers for what was overwritten a moment ago', async () => {
    await put('galaxy/m/changing', 'one');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const first = await get('/changing');

    await put('galaxy/m/changing', 'two');
    const second = await get('/changing');
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'galaxy/m/changing' }));
    const third = await get('/changing');

    expect([first.body, second.body]).toEqual(['one', 'two']);
    expect(third.status).toBe(404);
  });

  it('reads a store that is written to all the while', async () => {
    const writes = Array.from({ length: 300 }, (_, n) =>
      put('galaxy/m/busy', `value ${n} ${'x'.repeat(5000)}`),
    );
    const answers: Answer[] = [];
    for (let n = 0; n < 30; n++) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      answers.push(await get('/v3/'));
    }
    await Promise.all(writes);

    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`))).toEqual(new Set(['200 slash']));
  });

  it('is empty where nothing was run yet', async () => {
    const nowhere = new ObjectServer(join(stateDir, 'nowhere'), 'galaxy/m');

    expect(await nowhere.has('')).toBe(false);
    await nowhere.close();
  });
});
