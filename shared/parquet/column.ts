/** What a column holds, and so how it is stored. */
export type ColumnType = 'text' | 'int32' | 'date' | 'double' | 'wkb';

export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
}

/** Values as typed arrays; where `nulls` has a 1 there is none, whatever the array says. */
export type ColumnValues = NumberValues | TextValues;

interface Nulls {
  readonly rows: number;
  readonly nulls: Uint8Array;
  readonly nullCount: number;
}

/** Dates are days since 1970-01-01. */
export interface NumberValues extends Nulls {
  readonly values: Int32Array | Float64Array;
}

/** Every different text once, end to end, and which of them each row has. */
export interface TextValues extends Nulls {
  readonly indexes: Int32Array;
  readonly bytes: Uint8Array;
  /** Where each text ends in `bytes`. */
  readonly ends: ArrayLike<number>;
  readonly count: number;
}

export const isText = (values: ColumnValues): values is TextValues => 'indexes' in values;

export function textAt({ bytes, ends }: Pick<TextValues, 'bytes' | 'ends'>, index: number): Uint8Array {
  return bytes.subarray(index === 0 ? 0 : ends[index - 1], ends[index]);
}
