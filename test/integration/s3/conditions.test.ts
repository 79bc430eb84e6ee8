import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf, type S3Server, startS3 } from '../../support/s3/server.ts';

const Bucket = 'plain';
const HOUR_MS = 3_600_000;
const past = new Date(Date.now() - HOUR_MS);
const future = new Date(Date.now() + HOUR_MS);
let s3: S3Server;
let etag: string;

const put = (more: Partial<PutObjectCommandInput>) =>
  s3.client.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'body', ...more }));

beforeAll(async () => {
  s3 = await startS3();
  etag = (await put({})).ETag ?? '';
});
afterAll(() => s3.close());

describe('reads', () => {
  const cases: [Partial<GetObjectCommandInput>, string][] = [
    [{ IfMatch: 'right' }, 'ok'],
    [{ IfMatch: '*' }, 'ok'],
    [{ IfMatch: '"other", right' }, 'ok'],
    [{ IfMatch: '"other"' }, '412'],
    [{ IfNoneMatch: 'right' }, '304'],
    [{ IfNoneMatch: '*' }, '304'],
    [{ IfNoneMatch: '"other"' }, 'ok'],
    [{ IfModifiedSince: past }, 'ok'],
    [{ IfModifiedSince: future }, '304'],
    [{ IfUnmodifiedSince: past }, '412'],
    [{ IfUnmodifiedSince: future }, 'ok'],
    [{ IfMatch: 'right', IfUnmodifiedSince: past }, 'ok'],
    [{ IfNoneMatch: '"other"', IfModifiedSince: future }, 'ok'],
    [{ IfNoneMatch: 'right', IfModifiedSince: past }, '304'],
  ];

  test.each(cases)('%j: %s', async (condition, expected) => {
    const input = { Bucket, Key: 'key', ...withEtag(condition) };

    const got = await outcomeOf(s3.client.send(new GetObjectCommand(input)));
    const head = await outcomeOf(s3.client.send(new HeadObjectCommand(input)));

    expect(got).toContain(expected);
    expect(head).toContain(expected);
  });

  test('a 304 says which version the reader has', async () => {
    const call = s3.client.send(new GetObjectCommand({ Bucket, Key: 'key', IfNoneMatch: etag }));

    await expect(call).rejects.toMatchObject({ $response: { headers: { etag } } });
  });
});

describe('writes', () => {
  const cases: [string, Partial<PutObjectCommandInput>, string][] = [
    ['key', { IfNoneMatch: '*' }, 'PreconditionFailed 412'],
    ['new', { IfNoneMatch: '*' }, 'ok'],
    ['key', { IfMatch: 'right' }, 'ok'],
    ['key', { IfMatch: '"other"' }, 'PreconditionFailed 412'],
    ['absent', { IfMatch: 'right' }, 'NoSuchKey 404'],
    ['key', { IfNoneMatch: '"other"' }, 'NotImplemented 501'],
  ];

  test.each(cases)('put %s %j: %s', async (Key, condition, expected) => {
    expect(await outcomeOf(put({ Key, ...withEtag(condition) }))).toBe(expected);
  });

  test.each(cases)('copy to %s %j: %s', async (Key, condition, expected) => {
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'new' }));
    await put({ Key: 'source' });

    const copy = { Bucket, Key, CopySource: `${Bucket}/source`, ...withEtag(condition) };

    expect(await outcomeOf(s3.client.send(new CopyObjectCommand(copy)))).toBe(expected);
  });

  test('a refused write changes nothing', async () => {
    await outcomeOf(put({ Body: 'changed', IfNoneMatch: '*' }));

    const got = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'key' }));
    expect(await got.Body?.transformToString()).toBe('body');
  });

  test.each([
    [{ IfMatch: '"other"' }, 'PreconditionFailed 412'],
    [{ IfMatch: 'right' }, 'ok'],
  ])('delete %j: %s', async (condition, expected) => {
    await put({ Key: 'gone' });

    const call = s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'gone', ...withEtag(condition) }));

    expect(await outcomeOf(call)).toBe(expected);
  });

  test.each([
    [{ CopySourceIfMatch: 'right' }, 'ok'],
    [{ CopySourceIfMatch: '"other"' }, 'PreconditionFailed 412'],
    [{ CopySourceIfNoneMatch: 'right' }, 'PreconditionFailed 412'],
    [{ CopySourceIfModifiedSince: future }, 'PreconditionFailed 412'],
    [{ CopySourceIfUnmodifiedSince: past }, 'PreconditionFailed 412'],
  ])('copy %j: %s', async (condition, expected) => {
    const copy = { Bucket, Key: 'copy', CopySource: `${Bucket}/key`, ...withEtag(condition) };

    expect(await outcomeOf(s3.client.send(new CopyObjectCommand(copy)))).toBe(expected);
  });
});

describe('races', () => {
  test.each(['plain', 'versioned'])('of 100 If-None-Match in %s exactly one wins', async (bucket) => {
    const bodies = Array.from({ length: 100 }, (_, n) => `writer ${n}`);

    const outcomes = await Promise.all(
      bodies.map((Body) => outcomeOf(put({ Bucket: bucket, Key: 'race', Body, IfNoneMatch: '*' }))),
    );

    const winner = bodies[outcomes.indexOf('ok')];
    const got = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'race' }));
    expect(outcomes.toSorted()).toEqual([...Array(99).fill('PreconditionFailed 412'), 'ok']);
    expect(await got.Body?.transformToString()).toBe(winner);
  });

  test('compare-and-swap by ETag loses no update', async () => {
    await put({ Key: 'counter', Body: '0' });
    const increment = async (): Promise<void> => {
      const got = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'counter' }));
      const Body = String(Number(await got.Body?.transformToString()) + 1);
      const outcome = await outcomeOf(
        put({ Key: 'counter', Body, ...(got.ETag ? { IfMatch: got.ETag } : {}) }),
      );
      if (outcome !== 'ok') await increment();
    };

    await Promise.all(Array.from({ length: 10 }, increment));

    const got = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'counter' }));
    expect(await got.Body?.transformToString()).toBe('10');
  });
});

/** The tables are made before the ETag is known. */
function withEtag<T extends object>(condition: T): T {
  return JSON.parse(
    JSON.stringify(condition).replaceAll('right', JSON.stringify(etag).slice(1, -1)),
    reviveDate,
  );
}

function reviveDate(name: string, value: unknown): unknown {
  return name.endsWith('Since') ? new Date(String(value)) : value;
}
