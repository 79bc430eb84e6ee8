import { isText, textAt } from '../../../parquet/column.ts';
import type { HashedColumns } from '../state/hashed-columns.ts';
import type { TablePart } from '../table/table-part.ts';
import type { NoticeCode } from './codes.ts';
import type { Sample } from './notices.ts';

/** A part's rows, cell by cell, for checks of fields that go together. */
export class RowReader {
  readonly rows: number;
  readonly #part: TablePart;
  readonly #columns: HashedColumns;

  constructor(part: TablePart, columns: HashedColumns) {
    this.rows = part.rows;
    this.#part = part;
    this.#columns = columns;
  }

  /** Has any row a value in the column? Most of the reference's columns are empty in most feeds. */
  isUsed(name: string): boolean {
    const values = this.#columns.get(name);
    return values !== undefined && values.nullCount < values.rows;
  }

  has(name: string, row: number): boolean {
    const values = this.#columns.get(name);
    return values !== undefined && values.nulls[row] !== 1;
  }

  /** NaN where there is none. */
  number(name: string, row: number): number {
    const values = this.#columns.get(name);
    if (!values || isText(values) || values.nulls[row] === 1) return Number.NaN;
    return values.values[row] as number;
  }

  /** Empty where there is none. */
  text(name: string, row: number): string {
    const values = this.#columns.get(name);
    if (!values || !isText(values) || values.nulls[row] === 1) return '';
    return Buffer.from(textAt(values, values.indexes[row] as number)).toString();
  }

  add(code: NoticeCode, row: number, more: Sample = {}): void {
    this.#part.notices.add(code, () => ({ csvRowNumber: this.#part.numbers[row] as number, ...more }));
  }
}

/** What is wrong with one row of a table. `columns`: where none of them is used, there is nothing to look for. */
export interface RowCheck {
  readonly columns: readonly string[];
  check(rows: RowReader, row: number): void;
}

export function runChecks(checks: readonly RowCheck[], part: TablePart, columns: HashedColumns): void {
  const rows = new RowReader(part, columns);
  for (const { columns: names, check } of checks) {
    if (names.length > 0 && !names.some((name) => rows.isUsed(name))) continue;
    for (let row = 0; row < rows.rows; row++) check(rows, row);
  }
}
