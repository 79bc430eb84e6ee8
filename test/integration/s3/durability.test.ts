import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createS3 } from '../../../infra/local/s3/api.ts';
import { createS3Folder, type S3Folder } from '../../support/s3/folder.ts';
import { outcomeOf, s3Client, startS3 } from '../../support/s3/server.ts';

const MIB = 1024 ** 2;
let folder: S3Folder;

beforeEach(async () => {
  folder = await createS3Folder();
});
afterEach(() => folder.close());

describe('restart', () => {
  test('keeps objects, versions, open uploads and the order of events', async () => {
    const { state } = folder;
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
    const s3 = await createS3({ folder: folder.state });

    await expect(createS3({ folder: folder.state })).rejects.toMatchObject({ code: 'STATE_LOCKED' });

    await s3.close();
    const again = await createS3({ folder: folder.state });
    await again.close();
  });

  test('an event that could not be handed on comes again', async () => {
    let failures = 2;
    const keys: string[] = [];
    const s3 = await startS3(folder.state, {}, (event) => {
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
      const s3 = await startS3(folder.state);
      const target = { Bucket: 'plain', Key: 'key' };
      const body = Buffer.alloc(60 * MIB, 'old');
      // In parts, because the last one is opened long after the first.
      await new Upload({ client: s3.client, params: { ...target, Body: body } }).done();
      const got = await s3.client.send(new GetObjectCommand(target));

      if (how === 'deleted') await s3.client.send(new DeleteObjectCommand(target));
      else await s3.client.send(new PutObjectCommand({ ...target, Body: 'new' }));

      const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
      await s3.stop();
      const { files, owned } = await folder.readBlobs();
      expect(bytes.equals(body)).toBe(true);
      expect(files).toEqual(owned);
      expect(files).toHaveLength(how === 'deleted' ? 0 : 1);
    },
  );

  // /proc is where the peak of another process can be read.
  test.skipIf(process.platform !== 'linux')('300 MB pass through in bounded memory', async () => {
    const { child, port } = await folder.start();
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
