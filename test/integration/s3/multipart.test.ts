import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { outcomeOf, type S3Server, startS3 } from '../../support/s3/server.ts';

const MIB = 1024 ** 2;
const Bucket = 'versioned';
const Key = 'big';
const FIRST = Buffer.alloc(5 * MIB, 'first ');
const LAST = Buffer.from('the last part');
let s3: S3Server;

beforeEach(async () => {
  s3 = await startS3();
});
afterEach(() => s3.close());

const create = async (more: Partial<CreateMultipartUploadCommandInput> = {}) => {
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return UploadId ?? '';
};
const upload = async (UploadId: string, PartNumber: number, Body: Uint8Array, more: object = {}) => {
  const input = { Bucket, Key, UploadId, PartNumber, Body, ...more };
  const { $metadata, ...part } = await s3.client.send(new UploadPartCommand(input));
  return { PartNumber, ...part };
};
const complete = (
  UploadId: string,
  Parts: object[],
  more: Partial<CompleteMultipartUploadCommandInput> = {},
) =>
  s3.client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }),
  );
const read = async (more: object = {}) => {
  const got = await s3.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Buffer.from((await got.Body?.transformToByteArray()) ?? []);
};
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest();
const blobCount = async () =>
  (await readdir(join(s3.folder, 'blobs'), { recursive: true, withFileTypes: true })).filter((one) =>
    one.isFile(),
  ).length;

describe('multipart upload', () => {
  test('lib-storage uploads a stream of unknown length that reads back whole and by range', async () => {
    const chunks = Array.from({ length: 13 }, (_, n) => Buffer.alloc(MIB, n));
    const Body = Readable.from(chunks);

    const sent = await new Upload({
      client: s3.client,
      params: { Bucket, Key, Body, ContentType: 'x/y' },
    }).done();

    const whole = Buffer.concat(chunks);
    const parts = [whole.subarray(0, 5 * MIB), whole.subarray(5 * MIB, 10 * MIB), whole.subarray(10 * MIB)];
    const etag = `"${md5(Buffer.concat(parts.map(md5))).toString('hex')}-3"`;
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect(sent).toMatchObject({ ETag: etag, ChecksumType: 'COMPOSITE' });
    expect(head).toMatchObject({ ETag: etag, ContentLength: 13 * MIB, ContentType: 'x/y' });
    expect(head.ChecksumCRC32).toMatch(/-3$/);
    expect((await read()).equals(whole)).toBe(true);
    const across = await read({ Range: `bytes=${5 * MIB - 2}-${10 * MIB + 1}` });
    expect(across.equals(whole.subarray(5 * MIB - 2, 10 * MIB + 2))).toBe(true);
    expect((await read({ PartNumber: 2 })).equals(whole.subarray(5 * MIB, 10 * MIB))).toBe(true);
  });

  test('parts come in any order, may be replaced, and those not listed go', async () => {
    const id = await create({ Metadata: { a: '1' } });
    const last = await upload(id, 9, LAST);
    await upload(id, 2, Buffer.from('replaced'));
    await upload(id, 5, Buffer.from('never listed'));
    const first = await upload(id, 2, FIRST);

    await complete(id, [first, last]);

    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head.Metadata).toEqual({ a: '1' });
    expect((await read()).equals(Buffer.concat([FIRST, LAST]))).toBe(true);
    expect(await blobCount()).toBe(2);
  });

  test('completing again gives the first answer again, and no second event', async () => {
    const id = await create();
    const parts = [await upload(id, 1, LAST)];
    const first = await complete(id, parts, { IfNoneMatch: '*' });

    const second = await complete(id, parts, { IfNoneMatch: '*' });

    expect({ ...second, $metadata: null }).toEqual({ ...first, $metadata: null });
    expect(s3.events).toHaveLength(1);
    expect(await outcomeOf(complete(id, [{ ...parts[0], ETag: '"other"' }]))).toBe('InvalidPart 400');
  });

  test('an aborted upload leaves nothing', async () => {
    const id = await create();
    const part = await upload(id, 1, LAST);

    await s3.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: id }));

    expect(await blobCount()).toBe(0);
    expect(await outcomeOf(complete(id, [part]))).toBe('NoSuchUpload 404');
    expect(await outcomeOf(upload(id, 1, LAST))).toBe('NoSuchUpload 404');
  });

  test('UploadPartCopy takes a range of another object', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: '0123456789' }));
    const id = await create();
    const input = { Bucket, Key, UploadId: id, PartNumber: 1, CopySource: `${Bucket}/source` };

    const copied = await s3.client.send(
      new UploadPartCopyCommand({ ...input, CopySourceRange: 'bytes=2-5' }),
    );

    await complete(id, [{ ...copied.CopyPartResult, PartNumber: 1 }]);
    expect((await read()).toString()).toBe('2345');
    const outside = new UploadPartCopyCommand({ ...input, CopySourceRange: 'bytes=2-10' });
    expect(await outcomeOf(s3.client.send(outside))).toBe('NoSuchUpload 404');
  });

  test('conditions hold when it is completed, and a refused upload can be completed later', async () => {
    const id = await create();
    const parts = [await upload(id, 1, LAST)];
    await s3.client.send(new PutObjectCommand({ Bucket, Key, Body: 'was faster' }));

    const refused = await outcomeOf(complete(id, parts, { IfNoneMatch: '*' }));

    expect(refused).toBe('PreconditionFailed 412');
    expect((await read()).toString()).toBe('was faster');
    expect(await outcomeOf(complete(id, parts))).toBe('ok');
    expect((await read()).equals(LAST)).toBe(true);
  });
});

describe('what is refused', () => {
  const cases: [string, (parts: { PartNumber: number; ETag?: string }[]) => object[], string][] = [
    [
      'the numbers of two parts exchanged',
      ([first, last]) => [
        { ...last, PartNumber: 1 },
        { ...first, PartNumber: 2 },
      ],
      'InvalidPart 400',
    ],
    ['wrong order', ([first, last]) => [last ?? {}, first ?? {}], 'InvalidPartOrder 400'],
    ['a part twice', ([first]) => [first ?? {}, first ?? {}], 'InvalidPartOrder 400'],
    ['a part that is not there', ([first]) => [{ ...first, PartNumber: 3 }], 'InvalidPart 400'],
    ['another ETag', ([first]) => [{ ...first, ETag: '"0"' }], 'InvalidPart 400'],
    ['another checksum', ([first]) => [{ ...first, ChecksumCRC32: 'AAAAAA==' }], 'InvalidPart 400'],
    ['no checksum', ([first]) => [{ PartNumber: 1, ETag: first?.ETag }], 'InvalidRequest 400'],
    ['no parts', () => [], 'MalformedXML 400'],
  ];

  test.each(cases)('%s', async (_, listed, expected) => {
    const id = await create({ ChecksumAlgorithm: 'CRC32' });
    const parts = [await upload(id, 1, FIRST), await upload(id, 2, LAST)];

    expect(await outcomeOf(complete(id, listed(parts)))).toBe(expected);
    expect(await outcomeOf(complete(id, parts))).toBe('ok');
  });

  test('a part of less than 5 MiB that is not the last', async () => {
    const id = await create();
    const parts = [await upload(id, 1, FIRST.subarray(1)), await upload(id, 2, LAST)];

    expect(await outcomeOf(complete(id, parts))).toBe('EntityTooSmall 400');
  });

  test.each([
    [0, 'InvalidArgument 400'],
    [10_001, 'InvalidArgument 400'],
  ])('part number %i', async (number, expected) => {
    const id = await create();

    expect(await outcomeOf(upload(id, number, LAST))).toBe(expected);
  });

  test('an object of another size than announced', async () => {
    const id = await create();
    const parts = [await upload(id, 1, LAST)];

    expect(await outcomeOf(complete(id, parts, { MpuObjectSize: 1 }))).toBe('InvalidRequest 400');
    expect(await outcomeOf(complete(id, parts, { MpuObjectSize: LAST.length }))).toBe('ok');
  });
});
