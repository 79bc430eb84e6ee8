import type { RowBatch } from '../../../csv/row-batch.ts';
import type { NumberValues } from '../../../parquet/column.ts';
import type { NoticeCode } from '../notices/codes.ts';
import { type Field, storedAs } from '../schema/field.ts';
import { INVALID, parseDate, parseDecimal, parseInteger, parseTime } from './parse-cell.ts';

/** Is told of each cell that has no value by its type: it becomes null. */
export type BadCell = (row: number, code: NoticeCode) => void;

type Parse = (bytes: Uint8Array, start: number, end: number) => number;

const FIRST_ROWS = 4096;

const PARSERS: Readonly<Record<string, { readonly parse: Parse; readonly code: NoticeCode }>> = {
  time: { parse: parseTime, code: 'invalid_time' },
  localTime: { parse: parseTime, code: 'invalid_time' },
  date: { parse: parseDate, code: 'invalid_date' },
  int32: { parse: parseInteger, code: 'invalid_integer' },
  double: { parse: parseDecimal, code: 'invalid_float' },
};

/** Coordinates outside would put a stop on no map. */
const RANGES: Partial<Record<Field['type'], number>> = { latitude: 90, longitude: 180 };

/** Integers, times, dates or doubles, with nulls. */
export class NumberColumn {
  readonly #parse: Parse;
  readonly #code: NoticeCode;
  readonly #limit: number;
  #values: Int32Array | Float64Array;
  #nulls = new Uint8Array(FIRST_ROWS);
  #nullCount = 0;
  #rows = 0;

  constructor({ type }: Pick<Field, 'type'>) {
    const stored = storedAs(type);
    const parser = PARSERS[type] ?? PARSERS[stored];
    if (!parser) throw new TypeError(`expected a type of numbers, found ${type}`);
    this.#parse = parser.parse;
    this.#code = parser.code;
    this.#limit = RANGES[type] ?? Number.POSITIVE_INFINITY;
    this.#values = stored === 'double' ? new Float64Array(FIRST_ROWS) : new Int32Array(FIRST_ROWS);
  }

  get values(): NumberValues {
    return { rows: this.#rows, values: this.#values, nulls: this.#nulls, nullCount: this.#nullCount };
  }

  /** Takes one column of all rows of the batch. */
  read({ bytes, rows, width, starts, ends }: RowBatch, column: number, bad: BadCell): void {
    this.#makeRoom(rows);
    const values = this.#values;
    const parse = this.#parse;
    for (let row = 0, at = column; row < rows; row++, at += width) {
      const start = starts[at] as number;
      const end = ends[at] as number;
      const value = start === end ? INVALID : parse(bytes, start, end);
      if (value >= -this.#limit && value <= this.#limit && value !== INVALID)
        values[this.#rows + row] = value;
      else this.#refuse(row, start === end, value, bad);
    }
    this.#rows += rows;
  }

  #refuse(row: number, isEmpty: boolean, value: number, bad: BadCell): void {
    this.#nulls[this.#rows + row] = 1;
    this.#nullCount += 1;
    if (isEmpty) return;
    const isNumber = value !== INVALID && !Number.isNaN(value);
    bad(row, isNumber ? 'number_out_of_range' : this.#code);
  }

  #makeRoom(rows: number): void {
    const needed = this.#rows + rows;
    if (needed <= this.#values.length) return;
    const length = Math.max(needed, this.#values.length * 2);
    const values = this.#values instanceof Float64Array ? new Float64Array(length) : new Int32Array(length);
    values.set(this.#values);
    const nulls = new Uint8Array(length);
    nulls.set(this.#nulls);
    this.#values = values;
    this.#nulls = nulls;
  }
}
