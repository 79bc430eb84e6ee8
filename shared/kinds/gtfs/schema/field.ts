import type { ColumnType } from '../../../parquet/column.ts';

/** The reference's field types. */
export type FieldType =
  | 'id'
  | 'text'
  | 'url'
  | 'timezone'
  | 'language'
  | 'phone'
  | 'email'
  | 'color'
  | 'currency'
  | 'enum'
  | 'integer'
  | 'nonNegativeInteger'
  | 'nonZeroInteger'
  | 'positiveInteger'
  | 'float'
  | 'nonNegativeFloat'
  | 'positiveFloat'
  | 'amount'
  | 'latitude'
  | 'longitude'
  | 'time'
  | 'localTime'
  | 'date';

/** `conditional`: required in some cases; `forbidden`: forbidden in some. */
export type Presence = 'required' | 'optional' | 'conditional' | 'forbidden' | 'recommended';

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly presence: Presence;
  /** The columns, `table.column`, in one of which its value must be. */
  readonly references?: readonly string[];
  /** Of an enum. */
  readonly values?: readonly number[];
}

export interface TableReference {
  readonly file: string;
  readonly presence: Presence;
  /** Columns whose values together are unique; `*`: all of them. */
  readonly key: readonly string[];
  readonly fields: readonly Field[];
}

export const field = (
  name: string,
  type: FieldType,
  presence: Presence,
  more: Pick<Field, 'references' | 'values'> = {},
): Field => ({ name, type, presence, ...more });

const STORED: Partial<Record<FieldType, ColumnType>> = {
  enum: 'int32',
  integer: 'int32',
  nonNegativeInteger: 'int32',
  nonZeroInteger: 'int32',
  positiveInteger: 'int32',
  time: 'int32',
  localTime: 'int32',
  date: 'date',
  float: 'double',
  nonNegativeFloat: 'double',
  positiveFloat: 'double',
  amount: 'double',
  latitude: 'double',
  longitude: 'double',
};

/** How a field is stored; whatever is no number or date is text. */
export const storedAs = (type: FieldType): ColumnType => STORED[type] ?? 'text';
