import { type Exchange, sendXml } from '../exchange.ts';
import { afterKey, afterPrefix, type Entry, listPage, type Page } from '../listing.ts';
import { S3Error } from '../s3-error.ts';
import { findVersion, isVersioned, type Version } from '../version.ts';
import type { XmlFields } from '../xml.ts';
import { type ListRequest, parseListRequest, toOwnerFields } from './list-request.ts';

export async function listObjectVersions(exchange: Exchange): Promise<void> {
  const { store, target } = exchange;
  isVersioned(store.catalog, target.bucket);
  const request = parseListRequest(target.query);
  const keyMarker = target.query.get('key-marker') ?? '';
  const versionMarker = target.query.get('version-id-marker') ?? '';
  const start = toStart(exchange, request, keyMarker, versionMarker);
  const page = listPage(store.catalog, { ...request, ...start, bucket: target.bucket }, 'all');
  sendXml(exchange, 'ListVersionsResult', {
    Name: target.bucket,
    Prefix: request.encode(request.prefix),
    KeyMarker: request.encode(keyMarker),
    VersionIdMarker: versionMarker,
    ...toNextMarkers(page, request),
    MaxKeys: request.limit,
    Delimiter: request.delimiter === '' ? undefined : request.encode(request.delimiter),
    EncodingType: request.encodingType,
    IsTruncated: page.truncated && page.entries.length > 0,
    Version: toVersions(page.entries, request, false),
    DeleteMarker: toVersions(page.entries, request, true),
    CommonPrefixes: page.entries.flatMap((entry) =>
      entry.type === 'prefix' ? [{ Prefix: request.encode(entry.prefix) }] : [],
    ),
  });
}

/** Where the page begins: after a key, after a common prefix, or within a key's versions. */
function toStart({ store, target }: Exchange, request: ListRequest, key: string, marker: string) {
  if (key === '') return { from: Buffer.alloc(0) };
  if (marker !== '')
    return { from: Buffer.from(key), below: parseVersionMarker(store, target.bucket, key, marker) };
  const isPrefix = request.delimiter !== '' && key.endsWith(request.delimiter);
  return { from: isPrefix ? afterPrefix(key) : afterKey(key) };
}

/** Our own marker is the row, so that a page can be deleted before the next one is asked for. */
function parseVersionMarker(
  { catalog }: Exchange['store'],
  bucket: string,
  key: string,
  marker: string,
): number {
  const row = /^row-(\d{1,15})$/.exec(marker)?.[1];
  const id = row === undefined ? findVersion(catalog, bucket, key, marker)?.id : Number(row);
  if (id !== undefined) return id;
  throw new S3Error('InvalidArgument', { message: `version-id-marker: ${key} has no version ${marker}.` });
}

function toNextMarkers({ entries, truncated }: Page, { encode }: ListRequest): XmlFields {
  const last = entries.at(-1);
  if (!truncated || !last) return {};
  if (last.type === 'prefix') return { NextKeyMarker: encode(last.prefix) };
  return { NextKeyMarker: encode(last.version.key), NextVersionIdMarker: `row-${last.version.id}` };
}

function toVersions(entries: readonly Entry[], request: ListRequest, markers: boolean): XmlFields[] {
  return entries.flatMap((entry) =>
    entry.type === 'version' && entry.version.marker === markers ? [toVersion(entry.version, request)] : [],
  );
}

function toVersion(version: Version, { encode }: ListRequest): XmlFields {
  const content = { ETag: `"${version.etag}"`, Size: version.size, StorageClass: 'STANDARD' };
  return {
    Key: encode(version.key),
    VersionId: version.versionId,
    IsLatest: version.latest,
    LastModified: new Date(version.modified).toISOString(),
    ...(version.marker ? {} : content),
    Owner: toOwnerFields(),
  };
}
