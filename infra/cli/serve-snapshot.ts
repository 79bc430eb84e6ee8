import { copyFile, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Segment } from '../local/s3/blobs.ts';
import type { Catalog } from '../local/s3/catalog.ts';
import { findLatest, findSegments, type Version } from '../local/s3/version.ts';

/** What the stack's two buckets are for; their local names end in it. */
export type Bucket = 'inbox' | 'results';

const INDEX = 'index.sqlite';
const LOG = 'index.sqlite-wal';
/** Magic number, version, page size, checkpoint number and salts: other after each restart of the log. */
const LOG_HEADER_BYTES = 32;
/** A log is restarted after a thousand pages; that it happens in every copy would be bad luck beyond belief. */
const COPIES_MAX = 20;

export interface StoredObject {
  readonly version: Version;
  readonly segments: readonly Segment[];
}

/** The store's index as it was at one moment. */
export interface Snapshot {
  find(key: string): StoredObject | undefined;
  /** The object below a prefix that was written last. */
  newest(prefix: string): StoredObject | undefined;
  close(): Promise<void>;
}

/**
 * Copies the index and reads the copy: a stack at work holds a lock on its own that lets no other process read, and would find
 * itself locked out by one that does. `folder` is the store's; undefined when there is none yet.
 */
export async function takeSnapshot(folder: string, bucket: Bucket): Promise<Snapshot | undefined> {
  if (!(await stat(join(folder, INDEX)).catch(() => undefined))) return undefined;
  const copy = await mkdtemp(join(tmpdir(), 'smallbatch-serve-'));
  try {
    await copyIndex(folder, copy);
    return openCopy(copy, bucket);
  } catch (error) {
    await rm(copy, { recursive: true, force: true });
    throw error;
  }
}

/**
 * SQLite writes pages to the log first and moves them to the index later; it begins the log anew when all are moved. So index, then log,
 * copied with no new beginning between them, have every page at least once, and what was only half written is told by its checksum.
 */
async function copyIndex(folder: string, copy: string): Promise<void> {
  for (let attempt = 0; attempt < COPIES_MAX; attempt++) {
    const before = await readLogHeader(folder);
    await copyFile(join(folder, INDEX), join(copy, INDEX));
    await rm(join(copy, LOG), { force: true });
    await copyFile(join(folder, LOG), join(copy, LOG)).catch(ignoreMissing);
    if (before.equals(await readLogHeader(copy))) return;
  }
  throw new Error(`expected ${folder} to stand still for a moment, found it changed ${COPIES_MAX} times`);
}

/** Empty where there is no log: the stack ended and took it away. */
async function readLogHeader(folder: string): Promise<Buffer> {
  const file = await open(join(folder, LOG)).catch(ignoreMissing);
  if (!file) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LOG_HEADER_BYTES), 0, LOG_HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

function openCopy(copy: string, purpose: Bucket): Snapshot {
  const database = new DatabaseSync(join(copy, INDEX));
  const catalog = toCatalog(database);
  const bucket = catalog.get('SELECT name FROM buckets WHERE name LIKE ?', `%${purpose}`)?.name;
  const find = (key: string): StoredObject | undefined => {
    const version = findLatest(catalog, String(bucket), key);
    if (!version || version.marker) return undefined;
    return { version, segments: findSegments(catalog, version) };
  };
  return {
    find,
    newest(prefix) {
      const row = catalog.get(
        NEWEST,
        String(bucket),
        Buffer.from(prefix),
        Buffer.from(`${prefix}\u{10ffff}`),
      );
      return row?.key instanceof Uint8Array ? find(Buffer.from(row.key).toString()) : undefined;
    },
    async close() {
      catalog.close();
      await rm(copy, { recursive: true, force: true });
    },
  };
}

/** By the order of writing: S3's own times are in seconds. */
const NEWEST =
  'SELECT key FROM versions WHERE bucket = ? AND key > ? AND key < ? AND latest = 1 AND marker = 0 ORDER BY id DESC LIMIT 1';

function toCatalog(database: DatabaseSync): Catalog {
  const refuse = (): never => {
    throw new Error('expected to be read only, found a write to a copy of the index');
  };
  return {
    get: (sql, ...values) => database.prepare(sql).get(...values),
    iterate: (sql, ...values) => database.prepare(sql).iterate(...values),
    run: refuse,
    transaction: refuse,
    close: () => database.close(),
  };
}
