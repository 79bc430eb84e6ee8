import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type ChecksumAlgorithm as SdkAlgorithm,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ChecksumAlgorithm,
  createDigest,
  toMultipartChecksum,
} from '../../../infra/local/s3/checksum.ts';
import { type S3Server, startS3 } from '../../support/s3/server.ts';

const Bucket = 'plain';

function digestOf(algorithm: ChecksumAlgorithm, ...chunks: Uint8Array[]): string {
  const digest = createDigest(algorithm);
  for (const chunk of chunks) digest.update(chunk);
  return digest.bytes().toString('base64');
}

describe('digests', () => {
  // The check values of the CRC catalogue, and of FIPS 180-4 for the others.
  test.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ] as const)('%s of 123456789', (algorithm, expected) => {
    const bytes = Buffer.from('123456789');

    expect(Buffer.from(digestOf(algorithm, bytes), 'base64').toString('hex')).toBe(expected);
    expect(digestOf(algorithm, bytes.subarray(0, 4), bytes.subarray(4))).toBe(digestOf(algorithm, bytes));
  });
});

describe('multipart checksums', () => {
  test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    '%s of the whole follows from the parts',
    (algorithm) => {
      const sizes = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 6 });

      fc.assert(
        fc.property(sizes, (lengths) => {
          const parts = lengths.map((length) => randomBytes(length));
          const listed = parts.map((part) => ({ value: digestOf(algorithm, part), size: part.length }));

          const { value } = toMultipartChecksum(algorithm, 'FULL_OBJECT', listed);

          expect(value).toBe(digestOf(algorithm, ...parts));
        }),
        { numRuns: 50 },
      );
    },
  );

  test('a composite one is the checksum of the checksums', () => {
    const parts = ['one', 'two'].map((text) => ({ value: digestOf('SHA256', Buffer.from(text)), size: 3 }));

    const { value } = toMultipartChecksum('SHA256', 'COMPOSITE', parts);

    const joined = Buffer.concat(parts.map((part) => Buffer.from(part.value, 'base64')));
    expect(value).toBe(`${digestOf('SHA256', joined)}-2`);
  });

  test('a SHA has no form of the whole', () => {
    expect(() => toMultipartChecksum('SHA1', 'FULL_OBJECT', [])).toThrow('SHA1 has no full-object form');
  });
});

describe('through the SDK', () => {
  let s3: S3Server;
  beforeAll(async () => {
    s3 = await startS3();
  });
  afterAll(() => s3.close());

  const algorithms: SdkAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];
  const body = Buffer.from('a checksum is verified, kept and given back '.repeat(5000));

  test.each(algorithms)('%s of a buffer and of a stream', async (ChecksumAlgorithm) => {
    const pieces = [body.subarray(0, 70_001), body.subarray(70_001)];
    const stream = { Body: Readable.from(pieces), ContentLength: body.length };

    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'buffer', Body: body, ChecksumAlgorithm }));
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'stream', ...stream, ChecksumAlgorithm }));

    const [one, two] = await Promise.all(
      ['buffer', 'stream'].map((Key) =>
        s3.client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' })),
      ),
    );
    const name = `Checksum${ChecksumAlgorithm}` as const;
    expect(one).toMatchObject({ [name]: expect.any(String), ChecksumType: 'FULL_OBJECT' });
    expect(two).toMatchObject({ [name]: one?.[name] });
    // The SDK compares the bytes with the checksum while it reads them.
    const etag = `"${createHash('md5')
      .update((await one?.Body?.transformToByteArray()) ?? '')
      .digest('hex')}"`;
    expect(etag).toBe(one?.ETag);
    expect(await two?.Body?.transformToByteArray()).toHaveLength(body.length);
  });

  test('only who asks for it gets the checksum, and only of the whole object', async () => {
    const client = s3.client;
    await client.send(new PutObjectCommand({ Bucket, Key: 'asked', Body: 'Hello, chunks!' }));

    const range = await client.send(
      new GetObjectCommand({ Bucket, Key: 'asked', Range: 'bytes=0-1', ChecksumMode: 'ENABLED' }),
    );
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'asked' }));
    const asked = await client.send(new HeadObjectCommand({ Bucket, Key: 'asked', ChecksumMode: 'ENABLED' }));

    expect([range.ChecksumCRC32, head.ChecksumCRC32, asked.ChecksumCRC32]).toEqual([
      undefined,
      undefined,
      'woW6TQ==',
    ]);
  });
});
