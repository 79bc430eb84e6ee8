import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { SmallbatchError } from '../errors.ts';
import { type RangeSource, readRange } from '../range-source.ts';
import { toRawNumber } from './raw-json.ts';
import { type Entry, listInvalid } from './row.ts';

/** A row group is read whole, all columns of it; beyond this many bytes (unpacked) it would not fit in split's memory. */
const ROW_GROUP_BYTES_MAX = 96 * 1024 * 1024;

/** Those that Node has; Snappy is hyparquet's own. */
const compressors = {
  GZIP: (input: Uint8Array) => gunzipSync(input),
  BROTLI: (input: Uint8Array) => brotliDecompressSync(input),
  ZSTD: (input: Uint8Array) => zstdDecompressSync(input),
};

/**
 * The rows of a Parquet file as JSON objects, one row group at a time. Integers of 64 bits keep all their digits, times are
 * ISO 8601, bytes are Base64. Places are row numbers: the format has neither lines nor rows at a byte.
 * @throws SmallbatchError LIST_INVALID
 */
export async function* readParquet(source: RangeSource): AsyncGenerator<Entry> {
  const file = toAsyncBuffer(source);
  const metadata = await reading(() => parquetMetadataAsync(file));
  let start = 0;
  for (const [index, group] of metadata.row_groups.entries()) {
    const bytes = Number(group.total_byte_size);
    if (bytes > ROW_GROUP_BYTES_MAX)
      throw invalid(
        `expected row groups of at most ${ROW_GROUP_BYTES_MAX} bytes, found ${bytes} in group ${index}`,
      );
    const end = start + Number(group.num_rows);
    yield* readGroup(file, metadata, start, end);
    start = end;
  }
}

async function* readGroup(
  file: AsyncBuffer,
  metadata: FileMetaData,
  rowStart: number,
  rowEnd: number,
): AsyncGenerator<Entry> {
  const rows = await reading(() => parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors }));
  for (const row of rows) yield { type: 'row', json: Buffer.from(JSON.stringify(row, toJson)), byte: 0 };
}

/** What the library throws is about the file; what reading the bytes throws is not. */
async function reading<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof SmallbatchError || isAws(cause)) throw cause;
    throw invalid(`expected Parquet, found ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

const isAws = (error: unknown): boolean => error instanceof Error && '$metadata' in error;

const invalid = (message: string, options?: ErrorOptions) => listInvalid({ byte: 0 }, message, options);

function toAsyncBuffer(source: RangeSource): AsyncBuffer {
  return {
    byteLength: source.size,
    async slice(start, end = source.size) {
      const bytes = await readRange(source, start < 0 ? source.size + start : start, end);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
  };
}

function toJson(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return toRawNumber(String(value));
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
