import { checksumElement, createDigest, toMultipartChecksum } from '../checksum.ts';
import { parseWriteCondition } from '../conditions.ts';
import { type Exchange, sendXml } from '../exchange.ts';
import { openPayload } from '../payload.ts';
import { S3Error } from '../s3-error.ts';
import { createObject } from '../store.ts';
import { findPart, type Part, removeUpload, type Upload } from '../uploads.ts';
import { childText, readXml, type XmlNode } from '../xml.ts';
import { checkCompleted } from './completed-checks.ts';
import { requireQueried } from './multipart.ts';
import { toChecksumFields, toVersionHeaders } from './object-fields.ts';

/** S3's minimum for every part but the last: 5 MiB. */
const PART_MINIMUM_BYTES = 5 * 1024 ** 2;

/** 10,000 parts with a number, an ETag and a checksum of at most 250 bytes. */
const BODY_LIMIT_BYTES = 4 * 1024 ** 2;

/** The parts become the object as they lie: nothing is copied, so this is one transaction whatever the size. */
export async function completeMultipartUpload(exchange: Exchange): Promise<void> {
  const { store, target, headers, request, tally } = exchange;
  requireQueried(exchange);
  const condition = parseWriteCondition(headers);
  const payload = openPayload(request, {
    limitBytes: BODY_LIMIT_BYTES,
    unclaimed: true,
    onBytes: (count) => {
      tally.bytesIn += count;
    },
  });
  const body = await readXml(payload.chunks);
  // From here to the commit nothing is awaited, so the upload can't change under the checks.
  const upload = requireQueried(exchange);
  const parts = findListedParts(exchange, upload, body);
  const checksum = toChecksum(upload, parts);
  checkCompleted(headers, parts, checksum);
  const etag = toEtag(parts);
  const object = { ...target, segments: parts, etag, headers: upload.headers, checksum };
  const added = await createObject(store, object, condition, () =>
    removeUpload(store.catalog, upload, parts),
  );
  const location = `http://${headers.host ?? 'localhost'}/${target.bucket}/${encodeURIComponent(target.key)}`;
  sendXml(
    exchange,
    'CompleteMultipartUploadResult',
    {
      Location: location,
      Bucket: target.bucket,
      Key: target.key,
      ETag: `"${etag}"`,
      ...toChecksumFields(checksum),
    },
    toVersionHeaders(exchange, added.versionId),
  );
}

function findListedParts({ store }: Exchange, upload: Upload, body: XmlNode): Part[] {
  const listed = body.children.filter((child) => child.name === 'Part');
  if (body.name !== 'CompleteMultipartUpload' || listed.length === 0) {
    throw new S3Error('MalformedXML', { message: 'CompleteMultipartUpload: expected at least one Part.' });
  }
  let previous = 0;
  return listed.map((node, index) => {
    const number = Number(childText(node, 'PartNumber'));
    if (!(number > previous)) throw new S3Error('InvalidPartOrder', { details: { PartNumber: number } });
    previous = number;
    const part = findPart(store.catalog, upload, number);
    checkPart(upload, part, node);
    if (index < listed.length - 1) checkPartSize(part);
    return part;
  });
}

function checkPart(upload: Upload, part: Part | undefined, node: XmlNode): asserts part is Part {
  const details = { UploadId: upload.id, PartNumber: childText(node, 'PartNumber') ?? '' };
  const etag = childText(node, 'ETag')?.replaceAll('"', '');
  if (part === undefined || part.md5 !== etag) throw new S3Error('InvalidPart', { details });
  if (!upload.algorithm) return;
  const claimed = childText(node, checksumElement(upload.algorithm));
  if (claimed === undefined && upload.type === 'COMPOSITE') {
    const message = `The upload was created using a ${upload.algorithm} checksum. The complete request must include the checksum for each part.`;
    throw new S3Error('InvalidRequest', { message, details });
  }
  if (claimed !== undefined && claimed !== part.checksum?.value)
    throw new S3Error('InvalidPart', { details });
}

function checkPartSize(part: Part): void {
  if (part.size >= PART_MINIMUM_BYTES) return;
  const details = { PartNumber: part.number, ProposedSize: part.size, MinSizeAllowed: PART_MINIMUM_BYTES };
  throw new S3Error('EntityTooSmall', { details });
}

function toChecksum({ algorithm, type }: Upload, parts: readonly Part[]) {
  if (!algorithm || !type) return undefined;
  const measured = parts.map(({ checksum, size }) => ({ value: checksum?.value ?? '', size }));
  return toMultipartChecksum(algorithm, type, measured);
}

/** MD5 of the parts' MD5s, and their number. */
function toEtag(parts: readonly Part[]): string {
  const digest = createDigest('MD5');
  for (const part of parts) digest.update(Buffer.from(part.md5, 'hex'));
  return `${digest.bytes().toString('hex')}-${parts.length}`;
}
