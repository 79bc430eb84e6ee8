import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type RangeSource, readRange } from '../range-source.ts';
import { gunzip, readChunks } from './bytes.ts';
import { readCsvCells } from './csv.ts';
import { readParquet } from './parquet.ts';
import { type Entry, listInvalid } from './row.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html */
const manifest = z.object({
  destinationBucket: z.string().transform((arn) => arn.replace(/^arn:[^:]*:s3:::/, '')),
  fileFormat: z.string(),
  fileSchema: z.string(),
  files: z.array(z.object({ key: z.string(), MD5checksum: z.string().optional() })),
});
type Manifest = z.infer<typeof manifest>;

/** A manifest of 100,000 parts has 20 MB. */
const MANIFEST_BYTES_MAX = 32 * 1024 * 1024;

export interface InventoryReading {
  open(bucket: string, key: string): Promise<RangeSource>;
  /** Told of what is no row by default: delete markers, older versions, folder keys. */
  leaveOut(what: string): void;
  /** They are rows, too. */
  readonly all: boolean;
}

/**
 * The objects of an S3 Inventory, by its manifest: each is a row, an object of the schema's fields. Keys are decoded (in CSV they
 * are URL-encoded, a plus is a blank). A part whose MD5 is not the manifest's ends the list.
 * @throws SmallbatchError LIST_INVALID, and what `open` throws
 */
export async function* readInventory(source: RangeSource, reading: InventoryReading): AsyncGenerator<Entry> {
  const { destinationBucket, fileFormat, fileSchema, files } = await readManifest(source);
  const read = toReader(fileFormat, fileSchema);
  for (const { key, MD5checksum } of files) {
    const part = await reading.open(destinationBucket, key);
    await checkPart(part, key, MD5checksum);
    for await (const object of read(part, key)) {
      const what = toLeftOut(object);
      if (what !== undefined && !reading.all) reading.leaveOut(what);
      else yield { type: 'row', json: Buffer.from(JSON.stringify(object)), byte: 0 };
    }
  }
}

async function readManifest(source: RangeSource): Promise<Manifest> {
  const start = { line: 1, byte: 0 };
  if (source.size > MANIFEST_BYTES_MAX || source.size === 0)
    throw listInvalid(
      start,
      `expected a manifest of up to ${MANIFEST_BYTES_MAX} bytes, found ${source.size}`,
    );
  const text = (await readRange(source, 0, source.size)).toString();
  try {
    return manifest.parse(JSON.parse(text));
  } catch (cause) {
    const found = JSON.stringify(text.slice(0, 80));
    throw listInvalid(start, `expected the manifest.json of an S3 Inventory, found ${found}`, { cause });
  }
}

type Fields = Readonly<Record<string, unknown>>;

function toReader(format: string, schema: string): (part: RangeSource, key: string) => AsyncIterable<Fields> {
  if (format === 'CSV')
    return (part, key) =>
      readCsvPart(
        part,
        key,
        schema.split(',').map((name) => name.trim()),
      );
  if (format === 'Parquet') return readParquetPart;
  throw listInvalid(
    { line: 1, byte: 0 },
    `expected an inventory in CSV or Parquet, found ${format}; S3 writes the other formats, too, if it is asked to`,
  );
}

async function checkPart(part: RangeSource, key: string, md5: string | undefined): Promise<void> {
  if (md5 === undefined) return;
  const hash = createHash('md5');
  for await (const chunk of readChunks(part)) hash.update(chunk);
  const found = hash.digest('hex');
  if (found !== md5.toLowerCase())
    throw listInvalid({ byte: 0 }, `${key}: expected the MD5 ${md5} of the manifest, found ${found}`);
}

async function* readCsvPart(
  part: RangeSource,
  key: string,
  names: readonly string[],
): AsyncGenerator<Fields> {
  for await (const { place, cells } of readCsvCells(gunzip(readChunks(part)), ',')) {
    if (!Array.isArray(cells)) throw listInvalid(place, `${key}: ${cells ?? 'expected a shorter row'}`);
    const fields = Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
    yield { ...fields, Key: decodeKey(fields.Key ?? '') };
  }
}

/** A `%` that begins no code stands for itself. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return key;
    throw error;
  }
}

/** Parquet has its own names for the same fields, and keys as they are. */
const NAMES: Readonly<Record<string, string>> = {
  bucket: 'Bucket',
  key: 'Key',
  version_id: 'VersionId',
  is_latest: 'IsLatest',
  is_delete_marker: 'IsDeleteMarker',
  size: 'Size',
  last_modified_date: 'LastModifiedDate',
  e_tag: 'ETag',
  storage_class: 'StorageClass',
};

async function* readParquetPart(part: RangeSource): AsyncGenerator<Fields> {
  for await (const entry of readParquet(part)) {
    if (entry.type === 'bad') continue;
    const fields = z.record(z.string(), z.unknown()).parse(JSON.parse(entry.json.toString()));
    yield Object.fromEntries(Object.entries(fields).map(([name, value]) => [NAMES[name] ?? name, value]));
  }
}

function toLeftOut({ Key, IsLatest, IsDeleteMarker }: Fields): string | undefined {
  if (String(IsDeleteMarker) === 'true') return 'delete markers';
  if (String(IsLatest) === 'false') return 'older versions';
  return String(Key).endsWith('/') ? 'folder keys' : undefined;
}
