import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Catalog, Row } from './catalog.ts';
import { checksum, checksumAlgorithm, checksumType } from './checksum.ts';
import { S3Error } from './s3-error.ts';

const uploadRow = z.object({
  id: z.string(),
  headers: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
  algorithm: checksumAlgorithm.nullable(),
  type: checksumType.nullable(),
});

const partRow = z.object({
  number: z.number(),
  blob: z.string(),
  size: z.number(),
  md5: z.string(),
  checksum: z
    .string()
    .transform((text) => checksum.parse(JSON.parse(text)))
    .nullable(),
});

export type Upload = Readonly<z.infer<typeof uploadRow>>;
export type Part = Readonly<z.infer<typeof partRow>>;

interface Where {
  readonly bucket: string;
  readonly key: string;
}

/** Opens a multipart upload and returns its id. */
export function addUpload(catalog: Catalog, { bucket, key }: Where, upload: Omit<Upload, 'id'>): string {
  const id = randomBytes(24).toString('base64url');
  const { headers, algorithm, type } = upload;
  catalog.run(
    'INSERT INTO uploads (id, bucket, key, headers, algorithm, type) VALUES (?, ?, ?, ?, ?, ?)',
    id,
    bucket,
    Buffer.from(key),
    JSON.stringify(headers),
    algorithm,
    type,
  );
  return id;
}

/** Throws NoSuchUpload. */
export function requireUpload(catalog: Catalog, { bucket, key }: Where, id: string): Upload {
  const sql = 'SELECT id, headers, algorithm, type FROM uploads WHERE id = ? AND bucket = ? AND key = ?';
  const row = catalog.get(sql, id, bucket, Buffer.from(key));
  if (!row) throw new S3Error('NoSuchUpload', { details: { UploadId: id } });
  return uploadRow.parse(row);
}

/** Adds or replaces a part and returns the replaced one's blob. Call in a transaction. */
export function addPart(catalog: Catalog, upload: Upload, part: Part): string[] {
  const replaced = findPart(catalog, upload, part.number)?.blob;
  if (replaced !== undefined) catalog.run('INSERT INTO unowned (blob) VALUES (?)', replaced);
  catalog.run(
    'INSERT OR REPLACE INTO parts (upload, number, blob, size, md5, checksum) VALUES (?, ?, ?, ?, ?, ?)',
    upload.id,
    part.number,
    part.blob,
    part.size,
    part.md5,
    part.checksum ? JSON.stringify(part.checksum) : null,
  );
  catalog.run('DELETE FROM unowned WHERE blob = ?', part.blob);
  return replaced === undefined ? [] : [replaced];
}

export function findPart(catalog: Catalog, upload: Upload, number: number): Part | undefined {
  const sql = 'SELECT number, blob, size, md5, checksum FROM parts WHERE upload = ? AND number = ?';
  const row: Row | undefined = catalog.get(sql, upload.id, number);
  return row && partRow.parse(row);
}

/** Ends an upload. The blobs of `kept` have a new owner; those of all other parts are returned. Call in a transaction. */
export function removeUpload(catalog: Catalog, upload: Upload, kept: readonly Part[]): string[] {
  for (const part of kept)
    catalog.run('DELETE FROM parts WHERE upload = ? AND number = ?', upload.id, part.number);
  const rows = [...catalog.iterate('SELECT blob FROM parts WHERE upload = ?', upload.id)];
  catalog.run('INSERT INTO unowned SELECT blob FROM parts WHERE upload = ?', upload.id);
  catalog.run('DELETE FROM parts WHERE upload = ?', upload.id);
  catalog.run('DELETE FROM uploads WHERE id = ?', upload.id);
  return rows.map((row) => z.string().parse(row.blob));
}
