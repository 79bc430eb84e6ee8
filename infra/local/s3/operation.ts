import type { IncomingHttpHeaders } from 'node:http';
import { S3Error } from './s3-error.ts';

/** S3's limit for a key, counted in UTF-8. */
const KEY_LIMIT_BYTES = 1024;

export interface Target {
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
}

type Level = 'service' | 'bucket' | 'object';

interface Rule {
  readonly name: string;
  readonly method: string;
  readonly level: Level;
  /** Query parameters that must all be there. */
  readonly query?: readonly string[];
  readonly header?: string;
}

/** The first rule that fits names the operation: the special ones stand above the plain ones. */
const RULES: readonly Rule[] = [
  {
    name: 'UploadPartCopy',
    method: 'PUT',
    level: 'object',
    query: ['uploadId'],
    header: 'x-amz-copy-source',
  },
  { name: 'UploadPart', method: 'PUT', level: 'object', query: ['uploadId'] },
  { name: 'CopyObject', method: 'PUT', level: 'object', header: 'x-amz-copy-source' },
  { name: 'PutObject', method: 'PUT', level: 'object' },
  { name: 'ListParts', method: 'GET', level: 'object', query: ['uploadId'] },
  { name: 'GetObject', method: 'GET', level: 'object' },
  { name: 'HeadObject', method: 'HEAD', level: 'object' },
  { name: 'AbortMultipartUpload', method: 'DELETE', level: 'object', query: ['uploadId'] },
  { name: 'DeleteObject', method: 'DELETE', level: 'object' },
  { name: 'CreateMultipartUpload', method: 'POST', level: 'object', query: ['uploads'] },
  { name: 'CompleteMultipartUpload', method: 'POST', level: 'object', query: ['uploadId'] },
  { name: 'ListMultipartUploads', method: 'GET', level: 'bucket', query: ['uploads'] },
  { name: 'ListObjectVersions', method: 'GET', level: 'bucket', query: ['versions'] },
  { name: 'ListObjectsV2', method: 'GET', level: 'bucket', query: ['list-type'] },
  { name: 'ListObjects', method: 'GET', level: 'bucket' },
  { name: 'DeleteObjects', method: 'POST', level: 'bucket', query: ['delete'] },
  { name: 'HeadBucket', method: 'HEAD', level: 'bucket' },
  { name: 'CreateBucket', method: 'PUT', level: 'bucket' },
  { name: 'DeleteBucket', method: 'DELETE', level: 'bucket' },
  { name: 'ListBuckets', method: 'GET', level: 'service' },
];

/** A query that names one of these asks for something else than the object or bucket itself. */
const SUBRESOURCES = new Set(
  `accelerate acl analytics annotation append attributes cors encryption intelligent-tiering inventory legal-hold
  lifecycle location logging metadataTable metrics notification object-lock ownershipControls policy policyStatus
  publicAccessBlock renameObject replication requestPayment restore retention select session tagging torrent versioning
  website`.split(/\s+/),
);

/**
 * Names the operation as the SDK does (`GetObject` …), from the request line alone but for the two copies, which only a
 * header or the SDK's `x-id` tells apart. Never throws: what is not known is `Unknown`.
 */
export function operationOf(method: string, url: string, headers: IncomingHttpHeaders = {}): string {
  const { bucket, rawKey, query } = splitUrl(url);
  const id = query.get('x-id');
  if ([...query.keys()].some((name) => SUBRESOURCES.has(name))) return toSubresourceName(id);
  const level = bucket === '' ? 'service' : rawKey === '' ? 'bucket' : 'object';
  const rule = RULES.find(
    (one) =>
      one.method === method &&
      one.level === level &&
      (one.query ?? []).every((name) => query.has(name)) &&
      (one.header === undefined || one.header in headers || one.name === id),
  );
  return rule?.name ?? 'Unknown';
}

/** `GetObjectTagging` …, as the SDK says it; never the name of a plain operation, whatever the query claims. */
function toSubresourceName(id: string | null): string {
  return id === null || RULES.some((rule) => rule.name === id) ? 'Unknown' : id;
}

/** Bucket, key and query of a path-style URL. The key is taken as it stands: `a//b`, `..` and `a/` are keys of their own. */
export function parseTarget(url: string): Target {
  const { bucket, rawKey, query } = splitUrl(url);
  return { bucket: decode(bucket), key: parseKey(rawKey), query };
}

/** Bucket, key and version of an `x-amz-copy-source` header. */
export function parseCopySource(value: string): { bucket: string; key: string; versionId?: string } {
  const [, path = '', versionId] = /^\/?(.*?)(?:\?versionId=([^?]*))?$/s.exec(value) ?? [];
  const decoded = decode(path);
  const slash = decoded.indexOf('/');
  if (slash < 1 || slash === decoded.length - 1) {
    throw new S3Error('InvalidArgument', {
      message: `x-amz-copy-source: expected bucket/key, found "${value}".`,
    });
  }
  const version = versionId === undefined ? {} : { versionId: decode(versionId) };
  return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1), ...version };
}

function parseKey(rawKey: string): string {
  const key = decode(rawKey);
  const bytes = Buffer.byteLength(key);
  if (bytes > KEY_LIMIT_BYTES) {
    throw new S3Error('KeyTooLongError', { details: { Size: bytes, MaxSizeAllowed: KEY_LIMIT_BYTES } });
  }
  return key;
}

/** Not `new URL()`: that would resolve `..` and drop what it finds odd. */
function splitUrl(url: string): { bucket: string; rawKey: string; query: URLSearchParams } {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const [, bucket = '', rawKey = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return { bucket, rawKey, query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError)
      throw new S3Error('InvalidURI', { message: `Not valid UTF-8 percent-encoding: ${text}` });
    throw error;
  }
}
