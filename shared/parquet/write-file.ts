import type { KeyValue, SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ColumnSpec, ColumnValues } from './column.ts';
import { PHYSICAL, writeColumn } from './write-column.ts';

export interface ParquetTable {
  readonly columns: readonly ColumnSpec[];
  /** In the order of `columns`; all of the same number of rows. */
  readonly values: readonly ColumnValues[];
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A whole file of one row group (or of none, where there are no rows); every column may have nulls. */
export function writeParquet({ columns, values, metadata = {} }: ParquetTable): Uint8Array {
  const rows = values[0]?.rows ?? 0;
  const writer = new ByteWriter(256 * 1024);
  const kvMetadata: KeyValue[] = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  const parquet = new ParquetWriter({
    writer,
    schema: toSchema(columns),
    codec: 'ZSTD',
    kvMetadata,
    createdBy: 'smallbatch',
  });
  if (rows > 0) {
    const start = writer.offset;
    const chunks = columns.map((column, index) => writeColumn(writer, column, valuesAt(values, index, rows)));
    const total = chunks.reduce((sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n), 0n);
    parquet.row_groups.push({
      columns: chunks,
      total_byte_size: total,
      num_rows: BigInt(rows),
      total_compressed_size: BigInt(writer.offset - start),
    });
    parquet.num_rows = BigInt(rows);
  }
  void parquet.finish();
  return writer.getBytes();
}

function valuesAt(values: readonly ColumnValues[], index: number, rows: number): ColumnValues {
  const found = values[index];
  if (found?.rows === rows) return found;
  throw new RangeError(`expected ${rows} values in column ${index}, found ${found?.rows}`);
}

function toSchema(columns: readonly ColumnSpec[]): SchemaElement[] {
  const leaves = columns.map(({ name, type }): SchemaElement => {
    const leaf = { name, type: PHYSICAL[type], repetition_type: 'OPTIONAL' } as const;
    if (type === 'text') return { ...leaf, converted_type: 'UTF8', logical_type: { type: 'STRING' } };
    if (type === 'date') return { ...leaf, converted_type: 'DATE', logical_type: { type: 'DATE' } };
    return leaf;
  });
  return [{ name: 'root', num_children: leaves.length }, ...leaves];
}
