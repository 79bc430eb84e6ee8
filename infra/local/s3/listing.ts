import type { Catalog, Row } from './catalog.ts';
import { parseVersion, VERSION_COLUMNS, type Version } from './version.ts';

export interface Listing {
  readonly bucket: string;
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  readonly limit: number;
  /** The first key that may be listed, as bytes: see `afterKey` and `afterPrefix`. */
  readonly from: Buffer;
  /** Of the key `from` itself, only versions with a lower row id: how a listing of versions goes on within a key. */
  readonly below?: number | undefined;
}

export type Entry =
  | { readonly type: 'version'; readonly version: Version }
  | { readonly type: 'prefix'; readonly prefix: string };

export interface Page {
  readonly entries: readonly Entry[];
  readonly truncated: boolean;
}

const LATEST = `SELECT ${VERSION_COLUMNS} FROM versions
  WHERE bucket = ? AND key >= ? AND key < ? AND latest = 1 AND marker = 0 AND NOT (key = ? AND id >= ?) ORDER BY key`;
const ALL = `SELECT ${VERSION_COLUMNS} FROM versions
  WHERE bucket = ? AND key >= ? AND key < ? AND NOT (key = ? AND id >= ?) ORDER BY key, id DESC`;

/** No UTF-8 text has this byte, so it is after every key. */
const AFTER_ALL = Buffer.from([0xff]);

/** The smallest bytes after `key`. */
export function afterKey(key: string): Buffer {
  return Buffer.concat([Buffer.from(key), Buffer.from([0])]);
}

/** The smallest bytes after everything that begins with `prefix`. */
export function afterPrefix(prefix: string): Buffer {
  const bytes = Buffer.from(prefix);
  const last = bytes.at(-1);
  if (last === undefined) return AFTER_ALL;
  // UTF-8 has no 0xFF, so the last byte can always grow.
  bytes.writeUInt8(last + 1, bytes.length - 1);
  return bytes;
}

/** One page of a bucket's objects, or of all versions with their delete markers. */
export function listPage(catalog: Catalog, listing: Listing, which: 'latest' | 'all'): Page {
  const entries: Entry[] = [];
  for (const entry of walk(catalog, listing, which === 'latest' ? LATEST : ALL)) {
    if (entries.length === listing.limit) return { entries, truncated: true };
    entries.push(entry);
  }
  return { entries, truncated: false };
}

/** Seeks past each common prefix, so that what lies below it costs nothing. */
function* walk(catalog: Catalog, listing: Listing, sql: string): Generator<Entry> {
  const end = afterPrefix(listing.prefix);
  let from: Buffer | undefined = max(listing.from, Buffer.from(listing.prefix));
  while (from) {
    const below = listing.below ?? Number.MAX_SAFE_INTEGER;
    const rows = catalog.iterate(sql, listing.bucket, from, end, listing.from, below);
    const prefix = yield* untilPrefix(rows, listing);
    from = prefix === undefined ? undefined : afterPrefix(prefix);
    if (prefix !== undefined) yield { type: 'prefix', prefix };
  }
}

/** Yields versions up to the first one that belongs to a common prefix, and returns that prefix. */
function* untilPrefix(rows: IterableIterator<Row>, listing: Listing): Generator<Entry, string | undefined> {
  for (const row of rows) {
    const version = parseVersion(row);
    const prefix = toCommonPrefix(version.key, listing);
    if (prefix !== undefined) return prefix;
    yield { type: 'version', version };
  }
  return undefined;
}

function toCommonPrefix(key: string, { prefix, delimiter }: Listing): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

function max(left: Buffer, right: Buffer): Buffer {
  return Buffer.compare(left, right) < 0 ? right : left;
}
