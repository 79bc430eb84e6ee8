import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ObjectVersion,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { outcomeOf, type S3Server, startS3 } from '../../support/s3/server.ts';

const Bucket = 'versioned';
let s3: S3Server;

beforeEach(async () => {
  s3 = await startS3();
});
afterEach(() => s3.close());

const put = async (Key: string, Body: string) => {
  const answer = await s3.client.send(new PutObjectCommand({ Bucket, Key, Body }));
  return answer.VersionId ?? 'no version id';
};
const read = async (Key: string, VersionId?: string) => {
  const got = await s3.client.send(
    new GetObjectCommand({ Bucket, Key, ...(VersionId ? { VersionId } : {}) }),
  );
  return await got.Body?.transformToString();
};
const remove = (Key: string, VersionId?: string) =>
  s3.client.send(new DeleteObjectCommand({ Bucket, Key, ...(VersionId ? { VersionId } : {}) }));

/** All versions and delete markers; of one page, versions come first. */
async function listVersions(input: Omit<ListObjectVersionsCommandInput, 'Bucket'>): Promise<ObjectVersion[]> {
  const page = await s3.client.send(new ListObjectVersionsCommand({ Bucket, ...input }));
  const seen = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(
    ({ Key, VersionId, IsLatest }) => ({
      Key,
      VersionId,
      IsLatest,
    }),
  );
  if (!page.IsTruncated) return seen.toSorted(byKey);
  const next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  return [...seen, ...(await listVersions({ ...input, ...next }))];
}

function byKey(left: ObjectVersion, right: ObjectVersion): number {
  const latest = Number(right.IsLatest) - Number(left.IsLatest);
  return (left.Key ?? '').localeCompare(right.Key ?? '') || latest;
}

describe('versions', () => {
  test('an overwritten version stays readable by its id', async () => {
    const first = await put('key', 'one');
    const second = await put('key', 'two');

    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'key', VersionId: first }));

    expect(head).toMatchObject({ VersionId: first, ContentLength: 3 });
    expect(await read('key')).toBe('two');
    expect([await read('key', first), await read('key', second)]).toEqual(['one', 'two']);
  });

  test('a delete hides the key behind a marker, and removing the marker brings it back', async () => {
    const version = await put('key', 'one');

    const deleted = await remove('key');

    expect(deleted).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
    expect(await outcomeOf(read('key'))).toBe('NoSuchKey 404');
    expect(await read('key', version)).toBe('one');
    expect(await outcomeOf(read('key', deleted.VersionId))).toBe('MethodNotAllowed 405');
    expect(await remove('key', deleted.VersionId)).toMatchObject({ DeleteMarker: true });
    expect(await read('key')).toBe('one');
  });

  test('deleting the latest version by its id makes the one before it the latest', async () => {
    await put('key', 'one');
    const second = await put('key', 'two');

    await remove('key', second);

    const listed = await s3.client.send(new ListObjectsV2Command({ Bucket }));
    expect(await read('key')).toBe('one');
    expect(await outcomeOf(read('key', second))).toBe('NoSuchVersion 404');
    expect(listed.Contents).toHaveLength(1);
  });

  test('an old version can be copied over the latest', async () => {
    const first = await put('key', 'one');
    await put('key', 'two');
    const CopySource = `${Bucket}/key?versionId=${first}`;

    const copied = await s3.client.send(new CopyObjectCommand({ Bucket, Key: 'key', CopySource }));

    expect(copied.CopySourceVersionId).toBe(first);
    expect(await read('key')).toBe('one');
    expect(await read('key', copied.VersionId)).toBe('one');
  });

  test('If-None-Match sees a deleted key as absent', async () => {
    await put('key', 'one');
    await remove('key');

    const again = new PutObjectCommand({ Bucket, Key: 'key', Body: 'two', IfNoneMatch: '*' });

    expect(await outcomeOf(s3.client.send(again))).toBe('ok');
  });

  test('in a bucket without versions there is one, called null', async () => {
    const key = { Bucket: 'plain', Key: 'key' };
    await s3.client.send(new PutObjectCommand({ ...key, Body: 'one' }));
    await s3.client.send(new PutObjectCommand({ ...key, Body: 'two' }));

    const listed = await s3.client.send(new ListObjectVersionsCommand({ Bucket: 'plain' }));
    const got = await s3.client.send(new GetObjectCommand({ ...key, VersionId: 'null' }));
    const deleted = await s3.client.send(new DeleteObjectCommand(key));

    expect(listed.Versions?.map(({ VersionId, IsLatest }) => ({ VersionId, IsLatest }))).toEqual([
      { VersionId: 'null', IsLatest: true },
    ]);
    expect(await got.Body?.transformToString()).toBe('two');
    expect(deleted.DeleteMarker).toBeUndefined();
  });
});

describe('listing versions', () => {
  test('goes by key, newest first, in pages of any size', async () => {
    for (const key of ['a', 'b', 'a', 'b', 'a']) await put(key, 'x');
    await remove('b');

    const seen = await listVersions({ MaxKeys: 1 });

    expect(seen).toEqual(await listVersions({}));
    expect(seen.map(({ Key, IsLatest }) => `${Key} ${IsLatest}`)).toEqual([
      'a true',
      'a false',
      'a false',
      'b true',
      'b false',
      'b false',
    ]);
  });

  test('the newest version comes first', async () => {
    for (const body of ['one', 'two', 'three']) await put('key', body);

    const seen = await listVersions({});

    const bodies = await Promise.all(seen.map(({ VersionId }) => read('key', VersionId)));
    expect(bodies).toEqual(['three', 'two', 'one']);
  });

  test('a bucket can be emptied page by page', async () => {
    for (let n = 0; n < 7; n++) await put(`key-${n % 2}`, String(n));
    await remove('key-0');

    let more = true;
    let markers = {};
    while (more) {
      const page = await s3.client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 3, ...markers }));
      const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(
        ({ Key = '', VersionId = '' }) => ({
          Key,
          VersionId,
        }),
      );
      await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      more = page.IsTruncated === true;
    }

    const left = await s3.client.send(new ListObjectVersionsCommand({ Bucket }));
    expect([left.Versions, left.DeleteMarkers]).toEqual([undefined, undefined]);
  });
});

describe('DeleteObjects', () => {
  test('deletes what is there and what is not, and tells of each', async () => {
    const Bucket = 'plain';
    for (const Key of ['a', 'b<&>', 'c'])
      await s3.client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    const Objects = [{ Key: 'a' }, { Key: 'b<&>' }, { Key: 'absent' }, { Key: 'c', ETag: '"other"' }];

    const answer = await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));

    const left = await s3.client.send(new ListObjectsV2Command({ Bucket }));
    expect(answer.Deleted).toEqual([{ Key: 'a' }, { Key: 'b<&>' }, { Key: 'absent' }]);
    expect(answer.Errors).toMatchObject([{ Key: 'c', Code: 'PreconditionFailed' }]);
    expect(left.Contents?.map(({ Key }) => Key)).toEqual(['c']);
  });

  test('Quiet tells of errors only; over 1,000 keys are refused', async () => {
    const Delete = (count: number) => ({
      Quiet: true,
      Objects: Array.from({ length: count }, (_, n) => ({ Key: `${n}` })),
    });

    const quiet = await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: Delete(1000) }));
    const refused = outcomeOf(s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: Delete(1001) })));

    expect([quiet.Deleted, quiet.Errors]).toEqual([undefined, undefined]);
    expect(await refused).toBe('MalformedXML 400');
  });
});
