import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createS3, type S3Event } from '../../infra/local/s3/api.ts';
import { outcomeOf, s3Client, startS3 } from '../support/s3-server.ts';

const MIB = 1024 ** 2;
const children: ChildProcess[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smallbatch-s3-'));
});
afterEach(async () => {
  for (const child of children.splice(0))
    if (child.exitCode === null && child.signalCode === null) await kill(child);
  await rm(folder, { recursive: true, force: true });
});

async function blobFiles(): Promise<string[]> {
  const entries = await readdir(join(folder, 'state/blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

/** The files of the store, and those that its index speaks of. Only while nobody has the folder open. */
async function readBlobs(): Promise<{ files: string[]; owned: string[] }> {
  const index = new DatabaseSync(join(folder, 'state/index.sqlite'));
  const rows = index.prepare('SELECT blob FROM segments UNION ALL SELECT blob FROM parts').all();
  index.close();
  return { files: (await blobFiles()).toSorted(), owned: rows.map(({ blob }) => String(blob)).toSorted() };
}

async function startProcess(): Promise<{ child: ChildProcess; port: number }> {
  const script = join(import.meta.dirname, '../support/s3-process.ts');
  const child = spawn(process.execPath, [script, join(folder, 'state'), join(folder, 'events')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = await once(child.stdout, 'data');
  return { child, port: Number(line) };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Bytes that only this generation of this key has. */
function bodyOf(key: string, generation: number): Buffer {
  const size = 1 + ((generation * 7919) % 200_000);
  return Buffer.alloc(size, createHash('sha256').update(`${key}#${generation}`).digest());
}

interface Written {
  /** The generation that was acknowledged last; -1 before the first. */
  acknowledged: number;
  attempted: number;
}

/** Writes generation after generation of one key, now and then in parts, until the server is gone. */
async function writeUntilGone(client: S3Client, Key: string, written: Written): Promise<void> {
  try {
    for (;;) {
      written.attempted += 1;
      const generation = written.attempted;
      const params = {
        Bucket: 'plain',
        Key,
        Body: bodyOf(Key, generation),
        Metadata: { generation: `${generation}` },
      };
      if (generation % 5 === 0) await writeInParts(client, params);
      else await client.send(new PutObjectCommand(params));
      written.acknowledged = generation;
    }
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/ECONNRE|EPIPE/) });
  }
}

async function writeInParts(
  client: S3Client,
  params: { Bucket: string; Key: string; Body: Buffer },
): Promise<void> {
  const Body = Readable.from([Buffer.alloc(5 * MIB), params.Body]);
  await new Upload({ client, params: { ...params, Body } }).done();
}

async function verify(client: S3Client, Key: string, { acknowledged, attempted }: Written): Promise<void> {
  const got = await client.send(new GetObjectCommand({ Bucket: 'plain', Key }));
  const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
  const generation = Number(got.Metadata?.generation);
  const inParts = generation % 5 === 0 ? Buffer.alloc(5 * MIB) : Buffer.alloc(0);
  expect([acknowledged, attempted]).toContain(generation);
  expect(bytes.equals(Buffer.concat([inParts, bodyOf(Key, generation)]))).toBe(true);
}

describe('kill -9', () => {
  test('at any moment leaves every object whole, every acknowledged one there, and no other file', async () => {
    const keys = ['a', 'b', 'c', 'd'];
    const written = new Map(keys.map((key) => [key, { acknowledged: -1, attempted: -1 }]));
    const writtenOf = (key: string) => written.get(key) ?? { acknowledged: -1, attempted: -1 };

    for (let round = 0; round < 4; round++) {
      const { child, port } = await startProcess();
      const client = s3Client(port);
      const writing = keys.map((key) => writeUntilGone(client, key, writtenOf(key)));
      await sleep(400 + 173 * round);
      await kill(child);
      await Promise.all(writing);
    }

    const { child, port } = await startProcess();
    const client = s3Client(port);
    for (const key of keys) await verify(client, key, writtenOf(key));
    await kill(child);
    const { files, owned } = await readBlobs();
    expect(files).toEqual(owned);
    expect([...written.values()].every(({ acknowledged }) => acknowledged > 10)).toBe(true);
  });

  test('in the middle of a body leaves nothing of it after the next start', async () => {
    const first = await startProcess();
    const call = request({
      port: first.port,
      host: '127.0.0.1',
      method: 'PUT',
      path: '/plain/half',
      headers: { 'content-length': 2 * MIB },
    });
    call.on('error', () => undefined);
    call.write(Buffer.alloc(MIB));
    await expect.poll(blobFiles).toHaveLength(1);
    await kill(first.child);

    const second = await startProcess();

    expect(await blobFiles()).toEqual([]);
    await kill(second.child);
  });

  test('loses no event of an acknowledged object, and their order holds', async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      const { child, port } = await startProcess();
      const client = s3Client(port);
      const writing = putUntilGone(client, `round-${round}`, acknowledged);
      await sleep(250);
      await kill(child);
      await writing;
    }
    const { child } = await startProcess();
    const events = async () =>
      (await readFile(join(folder, 'events'), 'utf8')).trimEnd().split('\n').map(parseEvent);

    await expect
      .poll(async () => {
        const seen = new Set((await events()).map(({ key }) => key));
        return acknowledged.filter((key) => !seen.has(key));
      })
      .toEqual([]);

    const sequencers = (await events()).map(({ sequencer }) => sequencer);
    expect(sequencers).toEqual(sequencers.toSorted());
    await kill(child);
  });
});

async function putUntilGone(client: S3Client, prefix: string, acknowledged: string[]): Promise<void> {
  for (let n = 0; ; n++) {
    const Key = `${prefix}/${n}`;
    const outcome = await outcomeOf(client.send(new PutObjectCommand({ Bucket: 'plain', Key, Body: 'x' })));
    if (outcome !== 'ok') return;
    acknowledged.push(Key);
  }
}

function parseEvent(line: string): S3Event {
  return JSON.parse(line);
}

describe('restart', () => {
  test('keeps objects, versions, open uploads and the order of events', async () => {
    const state = join(folder, 'state');
    const target = { Bucket: 'versioned', Key: 'key' };
    const before = await startS3(state);
    const put = await before.client.send(
      new PutObjectCommand({ ...target, Body: 'one', Metadata: { a: '1' } }),
    );
    const { UploadId } = await before.client.send(new CreateMultipartUploadCommand(target));
    await before.stop();

    const after = await startS3(state);
    const got = await after.client.send(new GetObjectCommand({ ...target, VersionId: put.VersionId }));
    const part = new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'part' });
    await after.client.send(new PutObjectCommand({ ...target, Body: 'two' }));

    expect(got).toMatchObject({ ETag: put.ETag, Metadata: { a: '1' } });
    expect(await got.Body?.transformToString()).toBe('one');
    expect(await outcomeOf(after.client.send(part))).toBe('ok');
    const [first, second] = [before.events[0]?.sequencer ?? '', after.events[0]?.sequencer ?? ''];
    expect(first).toMatch(/^[0-9A-F]{16}$/);
    expect(second > first).toBe(true);
    await after.stop();
  });

  test('a folder is used by one process at a time', async () => {
    const s3 = await createS3({ folder });

    await expect(createS3({ folder })).rejects.toMatchObject({ code: 'STATE_LOCKED' });

    await s3.close();
    const again = await createS3({ folder });
    await again.close();
  });

  test('an event that could not be handed on comes again', async () => {
    let failures = 2;
    const keys: string[] = [];
    const s3 = await startS3(join(folder, 'state'), {}, (event) => {
      failures -= 1;
      if (failures >= 0) throw new Error('the receiver is down');
      keys.push(event.key);
    });

    for (const Key of ['a', 'b'])
      await s3.client.send(new PutObjectCommand({ Bucket: 'plain', Key, Body: 'x' }));

    await expect.poll(() => keys, { timeout: 5000 }).toEqual(['a', 'b']);
    await s3.stop();
  });
});

describe('streams', () => {
  test.each(['overwritten', 'deleted'])(
    'a reader gets the whole old object when it is %s meanwhile',
    async (how) => {
      const s3 = await startS3(join(folder, 'state'));
      const target = { Bucket: 'plain', Key: 'key' };
      const body = Buffer.alloc(60 * MIB, 'old');
      // In parts, because the last one is opened long after the first.
      await new Upload({ client: s3.client, params: { ...target, Body: body } }).done();
      const got = await s3.client.send(new GetObjectCommand(target));

      if (how === 'deleted') await s3.client.send(new DeleteObjectCommand(target));
      else await s3.client.send(new PutObjectCommand({ ...target, Body: 'new' }));

      const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
      await s3.stop();
      const { files, owned } = await readBlobs();
      expect(bytes.equals(body)).toBe(true);
      expect(files).toEqual(owned);
      expect(files).toHaveLength(how === 'deleted' ? 0 : 1);
    },
  );

  // /proc is where the peak of another process can be read.
  test.skipIf(process.platform !== 'linux')('300 MB pass through in bounded memory', async () => {
    const { child, port } = await startProcess();
    const client = s3Client(port);
    const target = { Bucket: 'plain', Key: 'large' };
    const idle = await peakMib(child);

    await client.send(
      new PutObjectCommand({ ...target, Body: Readable.from(megabytes(300)), ContentLength: 300 * MIB }),
    );
    const got = await client.send(new GetObjectCommand(target));
    let size = 0;
    for await (const chunk of got.Body as Readable) size += chunk.length;

    expect(size).toBe(300 * MIB);
    expect((await peakMib(child)) - idle).toBeLessThan(100);
    await kill(child);
  });
});

function* megabytes(count: number): Generator<Buffer> {
  for (let n = 0; n < count; n++) yield Buffer.alloc(MIB, n);
}

/** The greatest resident set so far. */
async function peakMib({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
