/**
 * The index of the store. Keys are BLOBs, because SQLite then orders them by their UTF-8 bytes, as S3 lists them, and
 * because a prefix's end can be written as bytes that are no valid UTF-8.
 * `versions.upload` is the multipart upload that made an object, so that completing it again can give the same answer.
 * `unowned` holds every blob that is being written or is to be removed: a blob is dead until the transaction that gives
 * it an owner takes it out, so that emptying `unowned` at start is the whole recovery.
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS buckets (
  name TEXT PRIMARY KEY,
  versioned INTEGER NOT NULL,
  sequence INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS versions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  bucket TEXT NOT NULL,
  key BLOB NOT NULL,
  version_id TEXT NOT NULL,
  latest INTEGER NOT NULL,
  marker INTEGER NOT NULL,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  modified INTEGER NOT NULL,
  headers TEXT NOT NULL,
  checksum TEXT,
  upload TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS version_by_id ON versions (bucket, key, version_id);
CREATE INDEX IF NOT EXISTS version_by_age ON versions (bucket, key, id DESC);
CREATE INDEX IF NOT EXISTS version_by_upload ON versions (upload) WHERE upload IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS listed ON versions (bucket, key) WHERE latest = 1 AND marker = 0;

CREATE TABLE IF NOT EXISTS segments (
  version INTEGER NOT NULL,
  number INTEGER NOT NULL,
  blob TEXT NOT NULL,
  size INTEGER NOT NULL,
  PRIMARY KEY (version, number)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS uploads (
  id TEXT PRIMARY KEY,
  bucket TEXT NOT NULL,
  key BLOB NOT NULL,
  headers TEXT NOT NULL,
  algorithm TEXT,
  type TEXT
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS parts (
  upload TEXT NOT NULL,
  number INTEGER NOT NULL,
  blob TEXT NOT NULL,
  size INTEGER NOT NULL,
  md5 TEXT NOT NULL,
  checksum TEXT,
  PRIMARY KEY (upload, number)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS unowned (blob TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL);
`;
