import { type Exchange, sendXml } from '../exchange.ts';
import { afterKey, afterPrefix, type Entry, listPage, type Page } from '../listing.ts';
import { S3Error } from '../s3-error.ts';
import { isVersioned, type Version } from '../version.ts';
import { type ListRequest, parseListRequest, toOwnerFields } from './list-request.ts';

export async function listObjectsV2(exchange: Exchange): Promise<void> {
  const { store, target } = exchange;
  isVersioned(store.catalog, target.bucket);
  const request = parseListRequest(target.query);
  const token = target.query.get('continuation-token') ?? undefined;
  const startAfter = target.query.get('start-after') ?? '';
  const listing = { ...request, bucket: target.bucket, from: toStart(token, startAfter) };
  const page = listPage(store.catalog, listing, 'latest');
  sendXml(exchange, 'ListBucketResult', {
    Name: target.bucket,
    Prefix: request.encode(request.prefix),
    StartAfter: startAfter === '' ? undefined : request.encode(startAfter),
    ContinuationToken: token,
    NextContinuationToken: toNextToken(page),
    KeyCount: page.entries.length,
    MaxKeys: request.limit,
    Delimiter: request.delimiter === '' ? undefined : request.encode(request.delimiter),
    EncodingType: request.encodingType,
    IsTruncated: toNextToken(page) !== undefined,
    ...toEntryFields(page.entries, request, target.query.get('fetch-owner') === 'true'),
  });
}

function toEntryFields(entries: readonly Entry[], request: ListRequest, withOwner: boolean) {
  return {
    Contents: entries.flatMap((entry) =>
      entry.type === 'version' ? [toContents(entry.version, request, withOwner)] : [],
    ),
    CommonPrefixes: entries.flatMap((entry) =>
      entry.type === 'prefix' ? [{ Prefix: request.encode(entry.prefix) }] : [],
    ),
  };
}

function toContents(version: Version, { encode }: ListRequest, withOwner: boolean) {
  return {
    Key: encode(version.key),
    LastModified: new Date(version.modified).toISOString(),
    ETag: `"${version.etag}"`,
    ChecksumAlgorithm: version.checksum?.algorithm,
    ChecksumType: version.checksum?.type,
    Size: version.size,
    Owner: withOwner ? toOwnerFields() : undefined,
    StorageClass: 'STANDARD',
  };
}

/** The bytes where the next page begins. With `max-keys=0` there is no next page, as on AWS. */
function toNextToken({ entries, truncated }: Page): string | undefined {
  const last = entries.at(-1);
  if (!truncated || !last) return undefined;
  const from = last.type === 'prefix' ? afterPrefix(last.prefix) : afterKey(last.version.key);
  return from.toString('base64url');
}

function toStart(token: string | undefined, startAfter: string): Buffer {
  if (token !== undefined) return parseToken(token);
  return startAfter === '' ? Buffer.alloc(0) : afterKey(startAfter);
}

function parseToken(token: string): Buffer {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length === 0 || bytes.toString('base64url') !== token) {
    throw new S3Error('InvalidArgument', { message: 'The continuation token provided is incorrect.' });
  }
  return bytes;
}
