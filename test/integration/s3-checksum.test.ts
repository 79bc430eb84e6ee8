import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChecksumAlgorithm, createDigest, toMultipartChecksum } from '../../infra/local/s3/checksum.ts';

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
