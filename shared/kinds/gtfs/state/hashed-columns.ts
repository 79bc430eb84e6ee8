import { type ColumnValues, isText, type NumberValues, type TextValues } from '../../../parquet/column.ts';
import type { TablePart } from '../table/table-part.ts';
import { hashesOf } from './hash.ts';
import type { StateArray } from './state.ts';

/** Stands for no value of an integer. */
export const NO_INTEGER = -2_147_483_648;

/** A part's columns by name, with the hashes of its texts. */
export interface HashedColumns {
  readonly rows: number;
  /** Of the rows in the file. */
  readonly numbers: Float64Array;
  get(name: string): ColumnValues | undefined;
  /** Of each different text, by its index. */
  hashes(name: string): Float64Array;
}

export function hashedColumns(part: TablePart, values: readonly ColumnValues[]): HashedColumns {
  const byName = new Map(part.of.columns.map(({ name }, index) => [name, values[index]]));
  const hashes = new Map<string, Float64Array>();
  return {
    rows: part.rows,
    numbers: part.numbers,
    get: (name) => byName.get(name),
    hashes(name) {
      const found = byName.get(name);
      const known = hashes.get(name) ?? (found && isText(found) ? hashesOf(found) : new Float64Array(0));
      hashes.set(name, known);
      return known;
    },
  };
}

/** Numbers with their nulls in them: NaN, or `NO_INTEGER`. */
export function withNulls({ rows, values, nulls }: NumberValues): Int32Array | Float64Array {
  const none = values instanceof Float64Array ? Number.NaN : NO_INTEGER;
  const copy = values instanceof Float64Array ? new Float64Array(rows) : new Int32Array(rows);
  for (let row = 0; row < rows; row++) copy[row] = nulls[row] === 1 ? none : (values[row] as number);
  return copy;
}

/** A column's texts, to be shown in a notice. */
export function addTexts(arrays: Map<string, StateArray>, name: string, values: TextValues): void {
  const ends = Uint32Array.from({ length: values.count }, (_, index) => values.ends[index] as number);
  arrays.set(`${name}.text`, values.bytes.subarray(0, ends.at(-1) ?? 0));
  arrays.set(`${name}.end`, ends);
}
