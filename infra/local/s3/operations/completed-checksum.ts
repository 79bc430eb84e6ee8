import type { IncomingHttpHeaders } from 'node:http';
import { type Checksum, checksumHeader, toMultipartChecksum } from '../checksum.ts';
import { S3Error } from '../s3-error.ts';
import type { Part, Upload } from '../uploads.ts';

/** The whole object's checksum; none if the upload was created without. */
export function toCompletedChecksum(
  { algorithm, type }: Upload,
  parts: readonly Part[],
): Checksum | undefined {
  if (!algorithm || !type) return undefined;
  const measured = parts.map(({ checksum, size }) => ({ value: checksum?.value ?? '', size }));
  return toMultipartChecksum(algorithm, type, measured);
}

/** What a CompleteMultipartUpload says of the whole object. Throws InvalidRequest (its size or type), BadDigest. */
export function checkCompleted(
  headers: IncomingHttpHeaders,
  parts: readonly Part[],
  checksum: Checksum | undefined,
): void {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  expectSame('x-amz-mp-object-size', headers['x-amz-mp-object-size'], String(size));
  if (!checksum) return;
  expectSame('x-amz-checksum-type', headers['x-amz-checksum-type'], checksum.type);
  const name = checksumHeader(checksum.algorithm);
  const claimed = headers[name]?.toString();
  if (claimed !== undefined && withoutCount(claimed) !== withoutCount(checksum.value)) {
    throw new S3Error('BadDigest', {
      details: { ExpectedDigest: claimed, CalculatedDigest: checksum.value },
    });
  }
}

function expectSame(name: string, found: string | string[] | undefined, expected: string): void {
  if (found === undefined || found === expected) return;
  throw new S3Error('InvalidRequest', { message: `${name}: the parts have ${expected}, found ${found}.` });
}

/** A composite checksum may be sent with or without its `-<number of parts>`. */
function withoutCount(value: string): string {
  return value.replace(/-\d+$/, '');
}
