import { parseAlgorithm } from '../claim.ts';
import { checkCopySource, parseWriteCondition } from '../conditions.ts';
import { type Exchange, sendXml } from '../exchange.ts';
import { measure } from '../measure.ts';
import { parseObjectHeaders } from '../object-headers.ts';
import { parseCopySource } from '../operation.ts';
import { S3Error } from '../s3-error.ts';
import { createObject } from '../store.ts';
import { findSegments, isVersioned, requireObject, type Version } from '../version.ts';
import { toChecksumFields, toVersionHeaders } from './object-fields.ts';
import { WRITE_LIMIT_BYTES } from './put-object.ts';

export async function copyObject(exchange: Exchange): Promise<void> {
  const { store, target, headers } = exchange;
  isVersioned(store.catalog, target.bucket);
  const condition = parseWriteCondition(headers);
  const source = findCopySource(exchange);
  const stored = parseCopiedHeaders(exchange, source);
  const segments = findSegments(store.catalog, source);
  const algorithm = parseCopyAlgorithm(exchange, source);
  const span = { start: 0, end: source.size };
  const copied = await store.blobs.read(segments, span, async (chunks) => {
    const payload = measure(chunks, { limitBytes: WRITE_LIMIT_BYTES, algorithm });
    return await store.blobs.write(payload.chunks, async (blob) => {
      const { size, md5, checksum } = payload.measured();
      const object = { ...target, segments: [{ blob, size }], etag: md5, headers: stored, checksum };
      return { ...(await createObject(store, object, condition)), md5, checksum };
    });
  });
  sendXml(
    exchange,
    'CopyObjectResult',
    {
      LastModified: new Date(copied.modified).toISOString(),
      ETag: `"${copied.md5}"`,
      ...toChecksumFields(copied.checksum),
    },
    { ...toVersionHeaders(exchange, copied.versionId), ...toSourceVersionHeader(source) },
  );
}

/** The version that `x-amz-copy-source` names, under its own conditions. */
export function findCopySource({ store, headers }: Exchange): Version {
  const { bucket, key, versionId } = parseCopySource(headers['x-amz-copy-source']?.toString() ?? '');
  const source = requireObject(store.catalog, bucket, key, versionId);
  checkCopySource(headers, source);
  return source;
}

export function toSourceVersionHeader(source: Version): Record<string, string> {
  return source.versionId === 'null' ? {} : { 'x-amz-copy-source-version-id': source.versionId };
}

function parseCopiedHeaders(
  { target, headers }: Exchange,
  source: Version,
): Readonly<Record<string, string>> {
  const directive = headers['x-amz-metadata-directive'] ?? 'COPY';
  if (directive === 'REPLACE') return parseObjectHeaders(headers);
  if (directive !== 'COPY') {
    throw new S3Error('InvalidArgument', { message: `x-amz-metadata-directive: found ${directive}.` });
  }
  const from = parseCopySource(headers['x-amz-copy-source']?.toString() ?? '');
  if (from.bucket === target.bucket && from.key === target.key && source.latest) {
    const message = 'This copy request is illegal: it copies an object to itself without changing anything.';
    throw new S3Error('InvalidRequest', { message });
  }
  return source.headers;
}

/** A copy keeps its source's kind of checksum unless the request names one. */
function parseCopyAlgorithm({ headers }: Exchange, source: Version) {
  const header = 'x-amz-checksum-algorithm';
  const named = headers[header]?.toString();
  return named === undefined ? source.checksum?.algorithm : parseAlgorithm(named, header);
}
