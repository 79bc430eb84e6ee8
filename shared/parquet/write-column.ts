import type { ColumnChunk, Encoding } from 'hyparquet';
import type { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { type ColumnSpec, type ColumnType, type ColumnValues, isText } from './column.ts';
import { compress } from './compress.ts';
import { type Encoded, encodeLevels, encodeNumbers, encodeTexts } from './encode.ts';
import { toStatistics } from './statistics.ts';

/** Below, a frame's own header is the larger part. */
const COMPRESSED_MIN_BYTES = 64;

export const PHYSICAL = {
  text: 'BYTE_ARRAY',
  wkb: 'BYTE_ARRAY',
  int32: 'INT32',
  date: 'INT32',
  double: 'DOUBLE',
} as const satisfies Record<ColumnType, string>;

/** Writes one column of a row group: a dictionary page where it pays, and one data page (version 2). */
export function writeColumn(
  writer: ByteWriter,
  { name, type }: ColumnSpec,
  values: ColumnValues,
): ColumnChunk {
  const start = writer.offset;
  const sizes = { plain: 0 };
  const { dictionary, page } = isText(values)
    ? encodeTexts(values)
    : { dictionary: undefined, page: encodeNumbers(values) };
  if (dictionary && isText(values)) sizes.plain += writeDictionary(writer, dictionary, values.count);
  const dataPage = writer.offset;
  sizes.plain += writeDataPage(writer, page, values);
  const encodings: Encoding[] = ['RLE', page.encoding, ...(dictionary ? (['PLAIN'] as const) : [])];
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: PHYSICAL[type],
      encodings,
      path_in_schema: [name],
      codec: 'ZSTD',
      num_values: BigInt(values.rows),
      total_compressed_size: BigInt(writer.offset - start),
      total_uncompressed_size: BigInt(sizes.plain),
      data_page_offset: BigInt(dataPage),
      dictionary_page_offset: dictionary ? BigInt(start) : undefined,
      statistics: type === 'wkb' ? undefined : toStatistics(values),
    },
  };
}

/** Each returns the uncompressed size with the header. */
function writeDictionary(writer: ByteWriter, bytes: Uint8Array, count: number): number {
  const compressed = compress(bytes);
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: bytes.length,
    compressed_page_size: compressed.length,
    dictionary_page_header: { num_values: count, encoding: 'PLAIN' },
  });
  const header = writer.offset - start;
  writer.appendBytes(compressed);
  return header + bytes.length;
}

function writeDataPage(writer: ByteWriter, { encoding, bytes }: Encoded, values: ColumnValues): number {
  const levels = encodeLevels(values);
  const isCompressed = bytes.length >= COMPRESSED_MIN_BYTES;
  const body = isCompressed ? compress(bytes) : bytes;
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.length + bytes.length,
    compressed_page_size: levels.length + body.length,
    data_page_header_v2: {
      num_values: values.rows,
      num_nulls: values.nullCount,
      num_rows: values.rows,
      encoding,
      definition_levels_byte_length: levels.length,
      repetition_levels_byte_length: 0,
      is_compressed: isCompressed,
    },
  });
  const header = writer.offset - start;
  writer.appendBytes(levels);
  writer.appendBytes(body);
  return header + levels.length + bytes.length;
}
