import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Segment } from './blobs.ts';
import type { Catalog } from './catalog.ts';
import type { Checksum } from './checksum.ts';
import { checkWrite, type WriteCondition } from './conditions.ts';
import { S3Error } from './s3-error.ts';
import { findLatest, findSegments, findVersion, isVersioned, type Version } from './version.ts';

/** The id of the one version that a bucket without versioning keeps of a key. */
export const NULL_VERSION = 'null';

export interface NewObject {
  readonly bucket: string;
  readonly key: string;
  readonly segments: readonly Segment[];
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: Checksum | undefined;
  /** The multipart upload that it comes from. */
  readonly upload?: string;
}

export interface Added {
  readonly versionId: string;
  /** Hex of one length, strictly increasing within the bucket, also over restarts. */
  readonly sequencer: string;
  readonly modified: number;
  readonly size: number;
  /** Blobs of what was replaced, for `collect`. */
  readonly freed: readonly string[];
}

export interface Removed {
  /** The delete marker that was made, or the version that was removed. */
  readonly versionId?: string;
  readonly marker: boolean;
  readonly freed: readonly string[];
}

const bucketRow = z.object({ versioned: z.number().transform(Boolean), sequence: z.number() });

/** Makes an object the latest of its key. Call in a transaction. Throws NoSuchBucket, PreconditionFailed, NoSuchKey. */
export function addObject(catalog: Catalog, object: NewObject, condition: WriteCondition): Added {
  checkWrite(condition, findLatest(catalog, object.bucket, object.key));
  const size = object.segments.reduce((sum, segment) => sum + segment.size, 0);
  const { id, ...added } = addRow(catalog, { ...object, size, marker: false });
  object.segments.forEach(({ blob, size: bytes }, number) => {
    catalog.run('INSERT INTO segments VALUES (?, ?, ?, ?)', id, number, blob, bytes);
    catalog.run('DELETE FROM unowned WHERE blob = ?', blob);
  });
  return { ...added, size };
}

/**
 * Deletes as S3 does: without a version id a versioned bucket gets a delete marker; with one, that version is gone for good.
 * What isn't there is no error. Call in a transaction. Throws NoSuchBucket, PreconditionFailed.
 */
export function removeObject(
  catalog: Catalog,
  target: { bucket: string; key: string; versionId?: string },
  condition: WriteCondition,
): Removed {
  const { bucket, key, versionId } = target;
  const versioned = isVersioned(catalog, bucket);
  const latest = findLatest(catalog, bucket, key);
  checkWrite(condition, latest);
  if (versionId !== undefined) return removeVersion(catalog, target, versionId);
  if (!versioned && !hasHistory(catalog, bucket, key))
    return { ...removeVersion(catalog, target, NULL_VERSION), versionId: undefined };
  const added = addRow(catalog, { bucket, key, size: 0, etag: '', headers: {}, marker: true });
  return { versionId: added.versionId, marker: true, freed: added.freed };
}

/** Whether versions are left from when the bucket kept them. */
function hasHistory(catalog: Catalog, bucket: string, key: string): boolean {
  const sql = 'SELECT 1 FROM versions WHERE bucket = ? AND key = ? AND version_id <> ? LIMIT 1';
  return catalog.get(sql, bucket, Buffer.from(key), NULL_VERSION) !== undefined;
}

function removeVersion(
  catalog: Catalog,
  { bucket, key }: { bucket: string; key: string },
  versionId: string,
): Removed {
  const version = findVersion(catalog, bucket, key, versionId);
  if (!version) return { versionId, marker: false, freed: [] };
  const freed = dropRow(catalog, version);
  const next = findLatest(catalog, bucket, key);
  if (next) catalog.run('UPDATE versions SET latest = 1 WHERE id = ?', next.id);
  return { versionId, marker: version.marker, freed };
}

interface NewRow extends Omit<NewObject, 'segments'> {
  readonly size: number;
  readonly marker: boolean;
}

function addRow(catalog: Catalog, row: NewRow): Omit<Added, 'size'> & { id: number } {
  const { versioned, sequence } = nextInBucket(catalog, row.bucket);
  const key = Buffer.from(row.key);
  const versionId = versioned ? randomBytes(24).toString('base64url') : NULL_VERSION;
  const replaced = versioned ? undefined : findVersion(catalog, row.bucket, row.key, NULL_VERSION);
  const freed = replaced ? dropRow(catalog, replaced) : [];
  const modified = Math.floor(Date.now() / 1000) * 1000;
  catalog.run('UPDATE versions SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1', row.bucket, key);
  const inserted = catalog.get(
    `INSERT INTO versions (bucket, key, version_id, latest, marker, size, etag, modified, headers, checksum, upload)
     VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    row.bucket,
    key,
    versionId,
    row.marker ? 1 : 0,
    row.size,
    row.etag,
    modified,
    JSON.stringify(row.headers),
    row.checksum ? JSON.stringify(row.checksum) : null,
    row.upload ?? null,
  );
  return { id: z.number().parse(inserted?.id), versionId, sequencer: toSequencer(sequence), modified, freed };
}

function toSequencer(sequence: number): string {
  return sequence.toString(16).toUpperCase().padStart(16, '0');
}

function nextInBucket(catalog: Catalog, bucket: string): z.infer<typeof bucketRow> {
  const sql = 'UPDATE buckets SET sequence = sequence + 1 WHERE name = ? RETURNING versioned, sequence';
  const row = catalog.get(sql, bucket);
  if (!row) throw new S3Error('NoSuchBucket', { details: { BucketName: bucket } });
  return bucketRow.parse(row);
}

function dropRow(catalog: Catalog, version: Version): string[] {
  const blobs = findSegments(catalog, version).map((segment) => segment.blob);
  catalog.run('INSERT INTO unowned SELECT blob FROM segments WHERE version = ?', version.id);
  catalog.run('DELETE FROM segments WHERE version = ?', version.id);
  catalog.run('DELETE FROM versions WHERE id = ?', version.id);
  return blobs;
}
