import * as z from 'zod';
import type { Segment } from './blobs.ts';
import type { Catalog, Row } from './catalog.ts';
import { checksum } from './checksum.ts';
import { S3Error } from './s3-error.ts';

const storedHeaders = z.record(z.string(), z.string());

const versionRow = z.object({
  id: z.number(),
  key: z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('utf8')),
  versionId: z.string(),
  latest: z.number().transform(Boolean),
  marker: z.number().transform(Boolean),
  size: z.number(),
  etag: z.string(),
  modified: z.number(),
  headers: z.string().transform((text) => storedHeaders.parse(JSON.parse(text))),
  checksum: z
    .string()
    .transform((text) => checksum.parse(JSON.parse(text)))
    .nullable(),
});

/** One version of an object, or a delete marker. `modified` is in ms, cut to whole seconds as S3 does it. */
export type Version = Readonly<z.infer<typeof versionRow>>;

export const VERSION_COLUMNS =
  'id, key, version_id AS versionId, latest, marker, size, etag, modified, headers, checksum';

const segmentRow = z.object({ blob: z.string(), size: z.number() });

export function parseVersion(row: Row): Version {
  return versionRow.parse(row);
}

/** Whether the bucket keeps versions. Throws NoSuchBucket. */
export function isVersioned(catalog: Catalog, bucket: string): boolean {
  const row = catalog.get('SELECT versioned FROM buckets WHERE name = ?', bucket);
  if (!row) throw new S3Error('NoSuchBucket', { details: { BucketName: bucket } });
  return row.versioned === 1;
}

/** The newest version of a key, delete markers included. */
export function findLatest(catalog: Catalog, bucket: string, key: string): Version | undefined {
  const row = catalog.get(
    `SELECT ${VERSION_COLUMNS} FROM versions WHERE bucket = ? AND key = ? ORDER BY id DESC LIMIT 1`,
    bucket,
    Buffer.from(key),
  );
  return row && parseVersion(row);
}

export function findVersion(
  catalog: Catalog,
  bucket: string,
  key: string,
  versionId: string,
): Version | undefined {
  const row = catalog.get(
    `SELECT ${VERSION_COLUMNS} FROM versions WHERE bucket = ? AND key = ? AND version_id = ?`,
    bucket,
    Buffer.from(key),
    versionId,
  );
  return row && parseVersion(row);
}

/** The object that a read asks for. Throws NoSuchBucket, NoSuchKey, NoSuchVersion, MethodNotAllowed (a delete marker). */
export function requireObject(
  catalog: Catalog,
  bucket: string,
  key: string,
  versionId: string | undefined,
): Version {
  isVersioned(catalog, bucket);
  if (versionId === undefined) return requireLatest(catalog, bucket, key);
  const version = findVersion(catalog, bucket, key, versionId);
  if (!version) throw new S3Error('NoSuchVersion', { details: { Key: key, VersionId: versionId } });
  if (version.marker) {
    const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': versionId, allow: 'DELETE' };
    throw new S3Error('MethodNotAllowed', {
      details: { Method: 'GET', ResourceType: 'DeleteMarker' },
      headers,
    });
  }
  return version;
}

function requireLatest(catalog: Catalog, bucket: string, key: string): Version {
  const version = findLatest(catalog, bucket, key);
  if (version && !version.marker) return version;
  const headers: Record<string, string> = version
    ? { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId }
    : {};
  throw new S3Error('NoSuchKey', { details: { Key: key }, headers });
}

/** The object that a multipart upload has made, as long as it is there. */
export function findByUpload(
  catalog: Catalog,
  bucket: string,
  key: string,
  upload: string,
): Version | undefined {
  const sql = `SELECT ${VERSION_COLUMNS} FROM versions WHERE upload = ? AND bucket = ? AND key = ?`;
  const row = catalog.get(sql, upload, bucket, Buffer.from(key));
  return row && parseVersion(row);
}

/** The files that hold a version's bytes, in order. */
export function findSegments(catalog: Catalog, version: Version): Segment[] {
  const rows = catalog.iterate(
    'SELECT blob, size FROM segments WHERE version = ? ORDER BY number',
    version.id,
  );
  return [...rows].map((row) => segmentRow.parse(row));
}
