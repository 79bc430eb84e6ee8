import type { RowBatch } from '../../../csv/row-batch.ts';
import type { OddRecord, ScanProblems } from '../../../csv/row-scanner.ts';
import type { ColumnValues, NumberValues, TextValues } from '../../../parquet/column.ts';
import type { NoticeCode } from '../notices/codes.ts';
import { Notices } from '../notices/notices.ts';
import type { Header, TableColumn } from './header.ts';
import { NumberColumn } from './number-column.ts';
import { Rejects } from './rejects.ts';
import { TEXT_BYTES_MAX, TextColumn } from './text-column.ts';

export interface PartOf {
  readonly table: string;
  /** As it is written in the feed. */
  readonly file: string;
  readonly header: Header;
  readonly columns: readonly TableColumn[];
}

/** Rows of a table as typed columns, with what was left out of them. */
export class TablePart implements ScanProblems {
  readonly of: PartOf;
  readonly notices = new Notices();
  readonly rejects: Rejects;
  readonly #readers: readonly (NumberColumn | TextColumn | undefined)[];
  #numbers = new Float64Array(4096);
  #rows = 0;

  constructor(of: PartOf) {
    this.of = of;
    this.rejects = new Rejects(of.table);
    this.#readers = of.columns.map(({ at, type, field }) =>
      at < 0 ? undefined : field && type !== 'text' ? new NumberColumn(field) : new TextColumn(),
    );
  }

  get rows(): number {
    return this.#rows;
  }

  /** The numbers of its rows in the file. */
  get numbers(): Float64Array {
    return this.#numbers;
  }

  get textBytes(): number {
    return this.#readers.reduce(
      (sum, reader) => sum + (reader instanceof TextColumn ? reader.textBytes : 0),
      0,
    );
  }

  add(batch: RowBatch): void {
    this.#tellMarks(batch);
    dropRows(batch, (row) => this.#isRefused(batch, row));
    for (const [index, { at, name }] of this.of.columns.entries())
      this.#readers[index]?.read(batch, at, (row, code) => this.#refuseCell(batch, row, at, name, code));
    this.#addNumbers(batch);
  }

  odd({ number, type, bytes }: OddRecord): void {
    const filename = this.of.file;
    if (type === 'blank') this.notices.add('empty_row', () => ({ filename, csvRowNumber: number }));
    else if (type === 'long') this.#refuseRow('csv_parsing_failed', number, `(a row of ${bytes} bytes)`);
    else this.#refuseRow('invalid_character', number, `(${bytes} control characters)`);
  }

  #refuseRow(code: NoticeCode, row: number, value: string): void {
    this.rejects.add({ row, value, code });
    this.notices.add(code, () => ({ filename: this.of.file, csvRowNumber: row, message: value }));
  }

  unclosed(number: number): void {
    const message = 'a quote is never closed; it was read as text';
    this.rejects.add({ row: number, value: message, code: 'csv_parsing_failed' });
    this.notices.add('csv_parsing_failed', () => ({ filename: this.of.file, lineIndex: number, message }));
  }

  /** The columns in their order. To be called once, after the last `add`. */
  toValues(): ColumnValues[] {
    const nulls = new Uint8Array(this.#rows).fill(1);
    return this.of.columns.map(({ name, type }, index) => {
      const reader = this.#readers[index];
      if (!reader) return emptyValues(type, nulls);
      if (reader instanceof NumberColumn) return reader.values;
      return reader.toValues((row, bytes) => this.#tellRepaired(row, name, bytes));
    });
  }

  #tellRepaired(row: number, column: string, bytes: Uint8Array): void {
    const value = Buffer.from(bytes).toString('latin1');
    this.#tell('invalid_character', this.#numbers[row] as number, column, value);
  }

  #tell(code: NoticeCode, row: number, column: string, value: string): void {
    this.rejects.add({ row, column, value, code });
    this.notices.add(code, () => ({
      filename: this.of.file,
      csvRowNumber: row,
      fieldName: column,
      fieldValue: value.slice(0, 200),
    }));
  }

  #refuseCell(batch: RowBatch, row: number, at: number, column: string, code: NoticeCode): void {
    const cell = row * batch.width + at;
    const [start, end] = [batch.starts[cell] as number, batch.ends[cell] as number];
    const isLong = end - start > TEXT_BYTES_MAX;
    const value = isLong ? `(${end - start} bytes)` : cellText(batch, start, end);
    this.#tell(code, batch.numbers[row] as number, column, value);
  }

  #tellMarks({ marks, bytes, numbers, starts, ends, width }: RowBatch): void {
    for (const { row, column, type } of marks) {
      const cell = row * width + column;
      this.notices.add(type === 'newline' ? 'new_line_in_value' : 'leading_or_trailing_whitespaces', () => ({
        filename: this.of.file,
        csvRowNumber: numbers[row] as number,
        fieldName: this.of.header[column] ?? '',
        fieldValue: Buffer.from(
          bytes.subarray(starts[cell], Math.min(ends[cell] as number, (starts[cell] as number) + 200)),
        ).toString(),
      }));
    }
  }

  #isRefused(batch: RowBatch, row: number): boolean {
    const number = batch.numbers[row] as number;
    const rowLength = batch.cells[row] as number;
    const headerCount = this.of.header.length;
    if (rowLength !== headerCount)
      this.notices.add('invalid_row_length', () => ({
        filename: this.of.file,
        csvRowNumber: number,
        rowLength,
        headerCount,
      }));
    if (batch.isOver[row] === 1) {
      this.rejects.add({ row: number, value: rowText(batch, row), code: 'invalid_row_length' });
      return true;
    }
    if (!this.#isHeader(batch, row)) return false;
    this.rejects.add({ row: number, value: rowText(batch, row), code: 'csv_parsing_failed' });
    this.notices.add('csv_parsing_failed', () => ({
      filename: this.of.file,
      lineIndex: number,
      message: 'the header again',
    }));
    return true;
  }

  /** Files that were joined with `cat` have it twice. */
  #isHeader(batch: RowBatch, row: number): boolean {
    const { header } = this.of;
    const at = row * batch.width;
    if ((batch.ends[at] as number) - (batch.starts[at] as number) !== Buffer.byteLength(header[0] ?? ''))
      return false;
    return header.every(
      (name, column) =>
        cellText(batch, batch.starts[at + column] as number, batch.ends[at + column] as number) === name,
    );
  }

  #addNumbers({ rows, numbers }: RowBatch): void {
    if (this.#rows + rows > this.#numbers.length) {
      const larger = new Float64Array(Math.max(this.#rows + rows, this.#numbers.length * 2));
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers.set(numbers.subarray(0, rows), this.#rows);
    this.#rows += rows;
  }
}

/** Takes rows out of a batch; those behind move up. */
function dropRows(batch: RowBatch, isDropped: (row: number) => boolean): void {
  const { width, starts, ends, numbers, cells, rows } = batch;
  let to = 0;
  for (let row = 0; row < rows; row++) {
    if (isDropped(row)) continue;
    if (to !== row) {
      starts.copyWithin(to * width, row * width, (row + 1) * width);
      ends.copyWithin(to * width, row * width, (row + 1) * width);
      numbers[to] = numbers[row] as number;
      cells[to] = cells[row] as number;
    }
    to++;
  }
  batch.rows = to;
}

const cellText = ({ bytes }: RowBatch, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();

function rowText(batch: RowBatch, row: number): string {
  const from = row * batch.width;
  const cells = Array.from({ length: batch.width }, (_, column) =>
    cellText(batch, batch.starts[from + column] as number, batch.ends[from + column] as number),
  );
  return cells.join(',');
}

/** Of a column that the file does not have; all of them share their nulls. */
function emptyValues(type: TableColumn['type'], nulls: Uint8Array): NumberValues | TextValues {
  const none = { rows: nulls.length, nulls, nullCount: nulls.length };
  if (type !== 'text')
    return { ...none, values: type === 'double' ? new Float64Array(0) : new Int32Array(0) };
  return { ...none, indexes: new Int32Array(0), bytes: new Uint8Array(0), ends: [], count: 0 };
}
