import type { Span } from '../blobs.ts';
import { type ChecksumAlgorithm, type ChecksumType, checksumType } from '../checksum.ts';
import { parseAlgorithm, parseClaim } from '../claim.ts';
import { type Exchange, sendEmpty, sendXml } from '../exchange.ts';
import { type Measured, measure, type Payload } from '../measure.ts';
import { parseObjectHeaders } from '../object-headers.ts';
import { openPayload } from '../payload.ts';
import { parseCopyRange } from '../range.ts';
import { S3Error } from '../s3-error.ts';
import { addPart, addUpload, removeUpload, requireUpload, type Upload } from '../uploads.ts';
import { findSegments, isVersioned } from '../version.ts';
import { findCopySource, toSourceVersionHeader } from './copy-object.ts';
import { toChecksumFields, toChecksumHeaders } from './object-fields.ts';
import { WRITE_LIMIT_BYTES } from './put-object.ts';

/** S3's limit for the parts of one upload. */
const PART_NUMBER_LIMIT = 10_000;

export async function createMultipartUpload(exchange: Exchange): Promise<void> {
  const { store, target, headers } = exchange;
  isVersioned(store.catalog, target.bucket);
  const header = 'x-amz-checksum-algorithm';
  const named = headers[header]?.toString();
  const algorithm = named === undefined ? null : parseAlgorithm(named, header);
  const type = algorithm && parseType(headers['x-amz-checksum-type']?.toString(), algorithm);
  const id = addUpload(store.catalog, target, { headers: parseObjectHeaders(headers), algorithm, type });
  sendXml(
    exchange,
    'InitiateMultipartUploadResult',
    { Bucket: target.bucket, Key: target.key, UploadId: id },
    { [header]: algorithm ?? undefined, 'x-amz-checksum-type': type ?? undefined },
  );
}

export async function uploadPart(exchange: Exchange): Promise<void> {
  const { upload, number } = findUpload(exchange);
  const claimed = parseClaim(exchange.headers)?.algorithm;
  if (claimed && upload.algorithm && claimed !== upload.algorithm) {
    const message = `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm}, actual: ${claimed}.`;
    throw new S3Error('InvalidRequest', { message });
  }
  const payload = openPayload(exchange.request, {
    limitBytes: WRITE_LIMIT_BYTES,
    algorithm: upload.algorithm ?? undefined,
    tally: exchange.tally,
  });
  const { md5, checksum } = await writePart(exchange, payload, number);
  sendEmpty(exchange, 200, { etag: `"${md5}"`, ...toChecksumHeaders(checksum) });
}

export async function uploadPartCopy(exchange: Exchange): Promise<void> {
  const { store, headers } = exchange;
  const { upload, number } = findUpload(exchange);
  const source = findCopySource(exchange);
  const span: Span = parseCopyRange(headers['x-amz-copy-source-range']?.toString(), source.size);
  const { md5, checksum } = await store.blobs.read(
    findSegments(store.catalog, source),
    span,
    async (chunks) => {
      const options = { limitBytes: WRITE_LIMIT_BYTES, algorithm: upload.algorithm ?? undefined };
      return await writePart(exchange, measure(chunks, options), number);
    },
  );
  const fields = { ETag: `"${md5}"`, LastModified: new Date().toISOString(), ...toChecksumFields(checksum) };
  sendXml(exchange, 'CopyPartResult', fields, toSourceVersionHeader(source));
}

export async function abortMultipartUpload(exchange: Exchange): Promise<void> {
  const { store } = exchange;
  const freed = store.catalog.transaction(() => removeUpload(store.catalog, requireQueried(exchange), []));
  await store.blobs.collect(freed);
  sendEmpty(exchange, 204);
}

/** The upload that `uploadId` names. Throws NoSuchBucket, NoSuchUpload. */
export function requireQueried({ store, target }: Exchange): Upload {
  isVersioned(store.catalog, target.bucket);
  return requireUpload(store.catalog, target, target.query.get('uploadId') ?? '');
}

async function writePart(exchange: Exchange, payload: Payload, number: number): Promise<Measured> {
  const { catalog, blobs } = exchange.store;
  return await blobs.write(payload.chunks, async (blob) => {
    const measured = payload.measured();
    const part = {
      number,
      blob,
      size: measured.size,
      md5: measured.md5,
      checksum: measured.checksum ?? null,
    };
    // Looked up again: the upload may have been completed or aborted while the bytes came in.
    const freed = catalog.transaction(() => addPart(catalog, requireQueried(exchange), part));
    await blobs.collect(freed);
    return measured;
  });
}

function findUpload(exchange: Exchange): { upload: Upload; number: number } {
  const text = exchange.target.query.get('partNumber') ?? '';
  const number = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > PART_NUMBER_LIMIT) {
    const message = `Part number must be an integer between 1 and ${PART_NUMBER_LIMIT}, inclusive; found "${text}".`;
    throw new S3Error('InvalidArgument', { message });
  }
  return { upload: requireQueried(exchange), number };
}

/** SHA has no full-object form, CRC-64 no composite one; the others are composite unless asked. */
function parseType(text: string | undefined, algorithm: ChecksumAlgorithm): ChecksumType {
  const usual = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  const type = checksumType.safeParse(text ?? usual);
  const wrong = algorithm.startsWith('SHA') ? 'FULL_OBJECT' : 'COMPOSITE';
  const isFixed = algorithm.startsWith('SHA') || algorithm === 'CRC64NVME';
  if (type.success && !(isFixed && type.data === wrong)) return type.data;
  throw new S3Error('InvalidRequest', {
    message: `The ${text} checksum type cannot be used with ${algorithm}.`,
  });
}
