import type { IncomingHttpHeaders } from 'node:http';
import { type Checksum, type ChecksumAlgorithm, checksumAlgorithm, checksumHeader } from './checksum.ts';
import { S3Error } from './s3-error.ts';

const HEADER_PREFIX = 'x-amz-checksum-';

/** Share the prefix but carry no checksum. */
const SETTINGS = new Set(['algorithm', 'mode', 'type']);

const DIGEST_BYTES: Record<ChecksumAlgorithm, number> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

/** What a request says of its bytes; without a value it follows in the trailer. */
export interface Claim {
  readonly algorithm: ChecksumAlgorithm;
  readonly value?: string | undefined;
}

/** Throws InvalidRequest for several or malformed claims, NotImplemented for an algorithm that isn't known. */
export function parseClaim(headers: IncomingHttpHeaders): Claim | undefined {
  const named = Object.keys(headers)
    .filter((name) => name.startsWith(HEADER_PREFIX))
    .filter((name) => !SETTINGS.has(name.slice(HEADER_PREFIX.length)));
  const trailing = (headers['x-amz-trailer'] ?? '').toString().split(',');
  const names = [
    ...named,
    ...trailing.map((name) => name.trim().toLowerCase()).filter((name) => name !== ''),
  ];
  if (names.length > 1) {
    throw new S3Error('InvalidRequest', {
      message: `Expecting a single ${HEADER_PREFIX} header, found ${names}.`,
    });
  }
  const [name] = names;
  if (name === undefined) return refuseBareAlgorithm(headers['x-amz-sdk-checksum-algorithm']);
  const algorithm = parseAlgorithm(name.slice(HEADER_PREFIX.length), name);
  const value = headers[name]?.toString();
  if (value !== undefined) checkForm(algorithm, value);
  return { algorithm, value };
}

/** Throws NotImplemented, naming the header, for what is no known algorithm. */
export function parseAlgorithm(text: string, header: string): ChecksumAlgorithm {
  const parsed = checksumAlgorithm.safeParse(text.toUpperCase());
  if (!parsed.success) throw new S3Error('NotImplemented', { details: { Header: header, Found: text } });
  return parsed.data;
}

/** Throws BadDigest unless the measured bytes are those that were claimed. */
export function checkClaim(
  claim: Claim,
  trailers: ReadonlyMap<string, string>,
  measured: Checksum | undefined,
): void {
  const header = checksumHeader(claim.algorithm);
  const value = claim.value ?? trailers.get(header);
  if (value === undefined) {
    throw new S3Error('InvalidRequest', { message: `The trailer ${header} was announced but did not come.` });
  }
  checkForm(claim.algorithm, value);
  if (value !== measured?.value) {
    const message = `The ${claim.algorithm} you specified did not match the calculated checksum.`;
    throw new S3Error('BadDigest', {
      message,
      details: { ExpectedDigest: value, CalculatedDigest: measured?.value ?? '' },
    });
  }
}

/** Throws InvalidDigest for a malformed Content-MD5, BadDigest for another one than `md5` (hex). */
export function checkContentMd5(claimed: string | undefined, md5: string): void {
  if (claimed === undefined) return;
  const bytes = Buffer.from(claimed, 'base64');
  if (bytes.length !== 16) throw new S3Error('InvalidDigest', { details: { 'Content-MD5': claimed } });
  if (bytes.toString('hex') !== md5) {
    throw new S3Error('BadDigest', { details: { ExpectedDigest: claimed, CalculatedDigest: md5 } });
  }
}

function checkForm(algorithm: ChecksumAlgorithm, value: string): void {
  if (Buffer.from(value, 'base64').length === DIGEST_BYTES[algorithm]) return;
  throw new S3Error('InvalidRequest', {
    message: `Value for ${checksumHeader(algorithm)} header is invalid.`,
  });
}

function refuseBareAlgorithm(algorithm: string | string[] | undefined): undefined {
  if (algorithm === undefined) return undefined;
  const message = `x-amz-sdk-checksum-algorithm ${algorithm} specified, but no ${HEADER_PREFIX} header or trailer found.`;
  throw new S3Error('InvalidRequest', { message });
}
