import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createS3Folder, kill, type S3Folder } from '../../support/s3/folder.ts';
import { outcomeOf, s3Client } from '../../support/s3/server.ts';

const MIB = 1024 ** 2;
let folder: S3Folder;

beforeEach(async () => {
  folder = await createS3Folder();
});
afterEach(() => folder.close());

describe('kill -9', () => {
  test('at any moment leaves every object whole, every acknowledged one there, and no other file', async () => {
    const keys = ['a', 'b', 'c', 'd'];
    const written = new Map(keys.map((key) => [key, { acknowledged: -1, attempted: -1 }]));
    const writtenOf = (key: string) => written.get(key) ?? { acknowledged: -1, attempted: -1 };

    for (let round = 0; round < 4; round++) {
      const { child, port } = await folder.start();
      const client = s3Client(port);
      const writing = keys.map((key) => writeUntilGone(client, key, writtenOf(key)));
      await sleep(400 + 173 * round);
      await kill(child);
      await Promise.all(writing);
    }

    const { child, port } = await folder.start();
    const client = s3Client(port);
    for (const key of keys) await verify(client, key, writtenOf(key));
    await kill(child);
    const { files, owned } = await folder.readBlobs();
    expect(files).toEqual(owned);
    expect([...written.values()].every(({ acknowledged }) => acknowledged > 0)).toBe(true);
  });

  test('in the middle of a body leaves nothing of it after the next start', async () => {
    const first = await folder.start();
    const call = request({
      port: first.port,
      host: '127.0.0.1',
      method: 'PUT',
      path: '/plain/half',
      headers: { 'content-length': 2 * MIB },
    });
    call.on('error', () => undefined);
    call.write(Buffer.alloc(MIB));
    await expect.poll(folder.blobFiles).toHaveLength(1);
    await kill(first.child);

    const second = await folder.start();

    expect(await folder.blobFiles()).toEqual([]);
    await kill(second.child);
  });

  test('loses no event of an acknowledged object, and their order holds', async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      const { child, port } = await folder.start();
      const client = s3Client(port);
      const writing = putUntilGone(client, `round-${round}`, acknowledged);
      await sleep(250);
      await kill(child);
      await writing;
    }
    const { child } = await folder.start();

    await expect
      .poll(async () => {
        const seen = new Set((await folder.readEvents()).map(({ key }) => key));
        return acknowledged.filter((key) => !seen.has(key));
      })
      .toEqual([]);

    const sequencers = (await folder.readEvents()).map(({ sequencer }) => sequencer);
    expect(sequencers).toEqual(sequencers.toSorted());
    await kill(child);
  });
});

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

async function putUntilGone(client: S3Client, prefix: string, acknowledged: string[]): Promise<void> {
  for (let n = 0; ; n++) {
    const Key = `${prefix}/${n}`;
    const outcome = await outcomeOf(client.send(new PutObjectCommand({ Bucket: 'plain', Key, Body: 'x' })));
    if (outcome !== 'ok') return;
    acknowledged.push(Key);
  }
}
