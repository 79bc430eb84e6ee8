import { createHash } from 'node:crypto';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf, type S3Server, startS3 } from '../../support/s3/server.ts';

const Bucket = 'plain';
let s3: S3Server;

beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.close());

const text = async (Key: string, more: object = {}) => {
  const got = await s3.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return await got.Body?.transformToString();
};

describe('put and get', () => {
  test('gives back bytes, headers and metadata as they were put', async () => {
    const put = {
      ContentType: 'text/csv',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment; filename="a.csv"',
      ContentLanguage: 'de',
      ContentEncoding: 'gzip',
      Metadata: { run: 'r-1', note: 'two words' },
    };

    const answer = await s3.client.send(new PutObjectCommand({ Bucket, Key: 'meta', Body: 'a;b', ...put }));
    const got = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'meta' }));
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'meta' }));

    const etag = `"${createHash('md5').update('a;b').digest('hex')}"`;
    expect(answer).toMatchObject({ ETag: etag });
    expect(answer.VersionId).toBeUndefined();
    expect(got).toMatchObject({ ...put, ETag: etag, ContentLength: 3, AcceptRanges: 'bytes' });
    expect(head).toMatchObject({ ...put, ETag: etag, ContentLength: 3, AcceptRanges: 'bytes' });
    expect(await got.Body?.transformToString()).toBe('a;b');
    expect(Math.abs(Date.now() - (got.LastModified?.getTime() ?? 0))).toBeLessThan(5000);
  });

  test('an overwrite replaces bytes and headers, an empty object is an object', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'twice', Body: 'long', Metadata: { a: '1' } }));

    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'twice', Body: new Uint8Array() }));

    const got = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'twice' }));
    expect(got).toMatchObject({ ContentLength: 0, Metadata: {}, ContentType: 'application/octet-stream' });
    expect(await got.Body?.transformToString()).toBe('');
  });

  test('the query of a GET overrides what is stored', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'override', Body: 'x' }));

    const got = await s3.client.send(
      new GetObjectCommand({
        Bucket,
        Key: 'override',
        ResponseContentType: 'text/html',
        ResponseCacheControl: 'max-age=1',
      }),
    );

    expect(got).toMatchObject({ ContentType: 'text/html', CacheControl: 'max-age=1' });
  });

  test('tells the operation and its body bytes', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'counted', Body: 'x'.repeat(1000) }));
    await text('counted', { Range: 'bytes=0-99' });
    await s3.client.send(new HeadBucketCommand({ Bucket }));

    // The client has its answer before the handler has returned, so the next request's may return first.
    await expect
      .poll(() => s3.answers.slice(-3).toSorted((a, b) => a.bytesIn - b.bytesIn || a.bytesOut - b.bytesOut))
      .toEqual([
        { operation: 'HeadBucket', bytesIn: 0, bytesOut: 0 },
        { operation: 'GetObject', bytesIn: 0, bytesOut: 100 },
        { operation: 'PutObject', bytesIn: 1000, bytesOut: 0 },
      ]);
  });
});

describe('keys', () => {
  const keys = [
    'a',
    'a/',
    'a/b',
    'a//b',
    'A',
    '/',
    '//',
    '..',
    '../../etc/passwd',
    './x',
    'with space',
    'plus+and%2Fpercent%',
    'q?x=1&y#z',
    'ünï/日本語/𝒳',
    'u\u0308 is not ü',
    'tab\tnewline\nreturn\rbell\u0007',
    'quotes\'"<&>',
    'CON',
    'con.',
    `${'k'.repeat(1023)}!`,
    'ü'.repeat(512),
  ];

  test('any key of up to 1,024 bytes stands for itself', async () => {
    for (const Key of keys) await s3.client.send(new PutObjectCommand({ Bucket, Key, Body: `is ${Key}` }));

    const found = await Promise.all(keys.map((key) => text(key)));

    expect(found).toEqual(keys.map((key) => `is ${key}`));
  });

  test('deleting one leaves its neighbours', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '1' }));
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'a/b', Body: '2' }));

    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));

    expect(await outcomeOf(text('a'))).toBe('NoSuchKey 404');
    expect(await text('a/b')).toBe('2');
  });

  test('a longer key is refused', async () => {
    const put = new PutObjectCommand({ Bucket, Key: 'ü'.repeat(513), Body: new Uint8Array() });

    expect(await outcomeOf(s3.client.send(put))).toBe('KeyTooLongError 400');
  });
});

describe('ranges', () => {
  const cases = [
    ['bytes=0-4', '01234', 'bytes 0-4/10'],
    ['bytes=3-3', '3', 'bytes 3-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-30', '0123456789', 'bytes 0-9/10'],
    ['bytes=5-100', '56789', 'bytes 5-9/10'],
    ['bytes=4-3', '0123456789', undefined],
    ['items=1-2', '0123456789', undefined],
  ] as const;

  test.each(cases)('%s', async (Range, expected, contentRange) => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'digits', Body: '0123456789' }));

    const got = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'digits', Range }));

    expect(await got.Body?.transformToString()).toBe(expected);
    expect(got.ContentRange).toBe(contentRange);
    expect(got.$metadata.httpStatusCode).toBe(contentRange ? 206 : 200);
  });

  test.each([
    ['digits', 'bytes=10-', 'InvalidRange 416'],
    ['digits', 'bytes=-0', 'InvalidRange 416'],
    ['nothing', 'bytes=0-0', 'InvalidRange 416'],
    ['digits', 'bytes=0-1,3-4', 'NotImplemented 501'],
  ])('%s %s fails with %s', async (Key, Range, expected) => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'digits', Body: '0123456789' }));
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'nothing', Body: new Uint8Array() }));

    expect(await outcomeOf(text(Key, { Range }))).toBe(expected);
  });
});

describe('copy', () => {
  test('keeps bytes, headers and the kind of checksum', async () => {
    const source = {
      Bucket,
      Key: 'source ü+',
      Body: 'body',
      ContentType: 'text/plain',
      Metadata: { a: '1' },
    };
    await s3.client.send(new PutObjectCommand({ ...source, ChecksumAlgorithm: 'SHA256' }));

    const copied = await s3.client.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'copy',
        CopySource: `${Bucket}/${encodeURIComponent(source.Key)}`,
      }),
    );
    const got = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'copy', ChecksumMode: 'ENABLED' }));

    const sha256 = createHash('sha256').update('body').digest('base64');
    expect(copied.CopyObjectResult).toMatchObject({ ETag: got.ETag, ChecksumSHA256: sha256 });
    expect(got).toMatchObject({ ContentType: 'text/plain', Metadata: { a: '1' }, ChecksumSHA256: sha256 });
    expect(await got.Body?.transformToString()).toBe('body');
  });

  test('REPLACE takes the headers of the request, also onto the object itself', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'self', Body: 'body', Metadata: { a: '1' } }));

    await s3.client.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'self',
        CopySource: `/${Bucket}/self`,
        MetadataDirective: 'REPLACE',
        Metadata: { b: '2' },
        ContentType: 'text/new',
      }),
    );

    const got = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'self' }));
    expect(got).toMatchObject({ ContentType: 'text/new', Metadata: { b: '2' } });
    expect(await got.Body?.transformToString()).toBe('body');
  });
});
