import { ListObjectsV2Command, type ListObjectsV2CommandInput, PutObjectCommand } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf, type S3Server, startS3 } from '../../support/s3/server.ts';

const KEYS = [
  'b',
  'a',
  'a/',
  'a/b',
  'a/b/c',
  'a/d',
  'a!',
  'A',
  'ab',
  'é',
  'z/1',
  'z/2',
  '𝒳',
  '\uffee',
  'c d+e&f',
];
const SORTED = KEYS.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));

let s3: S3Server;

beforeAll(async () => {
  s3 = await startS3();
  for (const Key of KEYS) await s3.client.send(new PutObjectCommand({ Bucket: 'plain', Key, Body: Key }));
});
afterAll(() => s3.close());

const list = (input: Omit<ListObjectsV2CommandInput, 'Bucket'>, Bucket = 'plain') =>
  s3.client.send(new ListObjectsV2Command({ Bucket, ...input }));

/** Keys and, marked by `>`, common prefixes, page by page. */
async function listAll(
  input: Omit<ListObjectsV2CommandInput, 'Bucket'>,
  Bucket = 'plain',
): Promise<string[]> {
  const page = await list(input, Bucket);
  const found = [
    ...(page.Contents ?? []).map(({ Key = '' }) => Key),
    ...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => `>${Prefix}`),
  ];
  expect(page.KeyCount).toBe(found.length);
  expect(found.length).toBeLessThanOrEqual(input.MaxKeys ?? 1000);
  const { NextContinuationToken: ContinuationToken } = page;
  if (!ContinuationToken) return found;
  return [...found, ...(await listAll({ ...input, ContinuationToken }, Bucket))];
}

describe('ListObjectsV2', () => {
  const cases: [Omit<ListObjectsV2CommandInput, 'Bucket'>, string[]][] = [
    [{}, SORTED],
    [{ Prefix: 'a' }, ['a', 'a!', 'a/', 'a/b', 'a/b/c', 'a/d', 'ab']],
    [{ Prefix: 'a/' }, ['a/', 'a/b', 'a/b/c', 'a/d']],
    [{ Prefix: 'none' }, []],
    [{ Prefix: '\uffee' }, ['\uffee']],
    [{ Delimiter: '/' }, [...SORTED.filter((key) => !key.includes('/')), '>a/', '>z/']],
    [{ Delimiter: '/', Prefix: 'a/' }, ['a/', 'a/b', 'a/d', '>a/b/']],
    [{ Delimiter: 'b/', Prefix: 'a' }, ['a', 'a!', 'a/', 'a/b', 'a/d', 'ab', '>a/b/']],
    [{ StartAfter: 'a/b' }, SORTED.slice(SORTED.indexOf('a/b') + 1)],
    [{ StartAfter: 'a/b', Prefix: 'z' }, ['z/1', 'z/2']],
    [{ StartAfter: 'zz', Prefix: 'z' }, []],
  ];

  test.each(cases)('%j', async (input, expected) => {
    const whole = await listAll(input);
    const byOne = await listAll({ ...input, MaxKeys: 1 });
    const byThree = await listAll({ ...input, MaxKeys: 3 });

    expect(whole).toEqual(expected);
    expect(byOne.toSorted()).toEqual(expected.toSorted());
    expect(byThree.toSorted()).toEqual(expected.toSorted());
  });

  test('tells size, ETag, date and checksum algorithm of each object', async () => {
    const { Contents } = await list({ Prefix: 'a/b/c' });

    expect(Contents).toEqual([
      {
        Key: 'a/b/c',
        Size: 5,
        ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
        LastModified: expect.any(Date),
        StorageClass: 'STANDARD',
        ChecksumAlgorithm: ['CRC32'],
        ChecksumType: 'FULL_OBJECT',
      },
    ]);
  });

  test('encoding-type=url encodes what XML could not carry', async () => {
    const { Contents, EncodingType, Prefix } = await list({ Prefix: 'c d', EncodingType: 'url' });

    expect(EncodingType).toBe('url');
    expect(Prefix).toBe('c+d');
    expect(Contents?.map(({ Key }) => Key)).toEqual(['c+d%2Be%26f']);
  });

  test('max-keys=0 is an empty page that is complete', async () => {
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false, MaxKeys: 0 });
  });

  test.each([
    [{ MaxKeys: -1 }, 'InvalidArgument 400'],
    [{ ContinuationToken: '?' }, 'InvalidArgument 400'],
  ])('%j fails with %s', async (input, expected) => {
    expect(await outcomeOf(list(input))).toBe(expected);
  });
});

describe('many objects', () => {
  test('1,110 of them in folders come in pages, each folder once', async () => {
    const keys = Array.from({ length: 1110 }, (_, n) => `folder-${Math.floor(n / 370)}/object-${n}`);
    await pMap(keys, (Key) => s3.client.send(new PutObjectCommand({ Bucket: 'versioned', Key, Body: 'x' })), {
      concurrency: 16,
    });

    const folders = await listAll({ Delimiter: '/' }, 'versioned');
    const all = await listAll({}, 'versioned');
    const one = await listAll({ Prefix: 'folder-1/', MaxKeys: 120 }, 'versioned');

    expect(folders).toEqual(['>folder-0/', '>folder-1/', '>folder-2/']);
    expect(all).toEqual(keys.toSorted());
    expect(one).toEqual(keys.filter((key) => key.startsWith('folder-1/')).toSorted());
  });
});
