import { createDigest } from '../checksum.ts';
import { parseWriteCondition } from '../conditions.ts';
import { type Exchange, sendXml } from '../exchange.ts';
import { openPayload } from '../payload.ts';
import { S3Error } from '../s3-error.ts';
import { createObject } from '../store.ts';
import { removeUpload } from '../uploads.ts';
import { findByUpload, isVersioned, type Version } from '../version.ts';
import { readXml } from '../xml.ts';
import { checkCompleted, toCompletedChecksum } from './completed-checksum.ts';
import { findParts, type ListedPart, parseListedParts } from './listed-parts.ts';
import { requireQueried } from './multipart.ts';
import { toChecksumFields, toVersionHeaders } from './object-fields.ts';

/** 10,000 parts with a number, an ETag and a checksum of at most 250 bytes. */
const BODY_LIMIT_BYTES = 4 * 1024 ** 2;

type Completed = Pick<Version, 'versionId' | 'etag' | 'checksum'>;

export async function completeMultipartUpload(exchange: Exchange): Promise<void> {
  const { target, headers, request, store, tally } = exchange;
  isVersioned(store.catalog, target.bucket);
  const payload = openPayload(request, { limitBytes: BODY_LIMIT_BYTES, unclaimed: true, tally });
  const listed = parseListedParts(await readXml(payload.chunks));
  const completed = findCompleted(exchange, listed) ?? (await complete(exchange, listed));
  sendXml(
    exchange,
    'CompleteMultipartUploadResult',
    {
      Location: `http://${headers.host ?? 'localhost'}/${target.bucket}/${encodeURIComponent(target.key)}`,
      Bucket: target.bucket,
      Key: target.key,
      ETag: `"${completed.etag}"`,
      ...toChecksumFields(completed.checksum),
    },
    toVersionHeaders(exchange, completed.versionId),
  );
}

/**
 * The parts become the object as they lie: nothing is copied, so this is one transaction whatever the size. Up to the
 * commit nothing is awaited, so that the upload can't change under the checks.
 */
async function complete(exchange: Exchange, listed: readonly ListedPart[]): Promise<Completed> {
  const { store, target, headers } = exchange;
  const upload = requireQueried(exchange);
  const parts = findParts(store.catalog, upload, listed);
  const checksum = toCompletedChecksum(upload, parts);
  checkCompleted(headers, parts, checksum);
  const etag = toEtag(listed);
  const object = { ...target, segments: parts, etag, headers: upload.headers, checksum, upload: upload.id };
  const condition = parseWriteCondition(headers);
  const added = await createObject(store, object, condition, () =>
    removeUpload(store.catalog, upload, parts),
  );
  return { versionId: added.versionId, etag, checksum: checksum ?? null };
}

/** Completing again gives the first answer again, as on AWS: a client that lost it retries. */
function findCompleted({ store, target }: Exchange, listed: readonly ListedPart[]): Completed | undefined {
  const id = target.query.get('uploadId') ?? '';
  const version = findByUpload(store.catalog, target.bucket, target.key, id);
  if (version && version.etag !== toEtag(listed))
    throw new S3Error('InvalidPart', { details: { UploadId: id } });
  return version;
}

/** MD5 of the parts' MD5s, and their number. */
function toEtag(parts: readonly ListedPart[]): string {
  const digest = createDigest('MD5');
  for (const part of parts) digest.update(Buffer.from(part.etag, 'hex'));
  return `${digest.bytes().toString('hex')}-${parts.length}`;
}
