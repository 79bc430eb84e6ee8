import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { CRC_POLYNOMIALS, type CrcName, crc32c, crc64nvme, joinCrc, shiftOf } from './crc.ts';

export const checksumAlgorithm = z.enum(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256']);
export type ChecksumAlgorithm = z.infer<typeof checksumAlgorithm>;

export const checksumType = z.enum(['FULL_OBJECT', 'COMPOSITE']);
export type ChecksumType = z.infer<typeof checksumType>;

/** Base64 of the big-endian digest; composite ones (the checksum of the parts' checksums) end in `-<number of parts>`. */
export const checksum = z.object({
  algorithm: checksumAlgorithm,
  value: z.string(),
  type: checksumType,
});
export type Checksum = Readonly<z.infer<typeof checksum>>;

export interface Digest {
  update(chunk: Uint8Array): void;
  /** Ends the digest. */
  bytes(): Buffer;
}

const DIGESTS: Record<ChecksumAlgorithm | 'MD5', () => Digest> = {
  CRC32: () => crcDigest(crc32),
  CRC32C: () => crcDigest(crc32c),
  CRC64NVME: crc64Digest,
  MD5: () => hashDigest('md5'),
  SHA1: () => hashDigest('sha1'),
  SHA256: () => hashDigest('sha256'),
};

/** A running digest of a byte stream. */
export function createDigest(algorithm: ChecksumAlgorithm | 'MD5'): Digest {
  return DIGESTS[algorithm]();
}

/** The header that carries a checksum: `x-amz-checksum-crc32` … */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The XML element that carries a checksum: `ChecksumCRC32` … */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

/** The checksum of a multipart object from its parts' checksums, in order. */
export function toMultipartChecksum(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly { readonly value: string; readonly size: number }[],
): Checksum {
  if (type === 'FULL_OBJECT') return { algorithm, type, value: joinParts(toCrcName(algorithm), parts) };
  const digest = createDigest(algorithm);
  for (const part of parts) digest.update(Buffer.from(part.value, 'base64'));
  return { algorithm, type, value: `${digest.bytes().toString('base64')}-${parts.length}` };
}

function joinParts(name: CrcName, parts: readonly { value: string; size: number }[]): string {
  let joined = 0n;
  let shift = { size: -1, value: 0n };
  for (const part of parts) {
    // Nearly all parts of an upload have one size, and the shift is the costly step.
    if (part.size !== shift.size) shift = { size: part.size, value: shiftOf(name, part.size) };
    const crc = BigInt(`0x${Buffer.from(part.value, 'base64').toString('hex')}`);
    joined = joinCrc(name, joined, crc, shift.value);
  }
  const digits = CRC_POLYNOMIALS[name].bits / 4;
  return Buffer.from(joined.toString(16).padStart(digits, '0'), 'hex').toString('base64');
}

function toCrcName(algorithm: ChecksumAlgorithm): CrcName {
  if (algorithm === 'SHA1' || algorithm === 'SHA256') {
    throw new TypeError(`${algorithm} has no full-object form: expected a CRC`);
  }
  return algorithm;
}

function crcDigest(next: (chunk: Uint8Array, previous: number) => number): Digest {
  let value = 0;
  return {
    update(chunk) {
      value = next(chunk, value);
    },
    bytes() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}

function crc64Digest(): Digest {
  let value = { high: 0, low: 0 };
  return {
    update(chunk) {
      value = crc64nvme(chunk, value);
    },
    bytes() {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(value.high, 0);
      bytes.writeUInt32BE(value.low, 4);
      return bytes;
    },
  };
}

function hashDigest(name: string): Digest {
  const hash = createHash(name);
  return {
    update(chunk) {
      hash.update(chunk);
    },
    bytes: () => hash.digest(),
  };
}
