import type { ColumnSpec, NumberValues } from '../../../parquet/column.ts';
import { TextBuilder } from '../../../parquet/text-builder.ts';
import { writeParquet } from '../../../parquet/write-file.ts';

/** How much of a rejected value is kept. */
const VALUE_BYTES = 1024;

const COLUMNS: readonly ColumnSpec[] = [
  { name: 'table', type: 'text' },
  { name: 'row', type: 'int32' },
  { name: 'column', type: 'text' },
  { name: 'value', type: 'text' },
  { name: 'code', type: 'text' },
];

export interface Reject {
  /** The header is row 1. */
  readonly row: number;
  /** None where the whole row is left out. */
  readonly column?: string;
  readonly value: string;
  readonly code: string;
}

/** What was left out of a table, or changed: one line each. */
export class Rejects {
  readonly #table: TextBuilder = new TextBuilder(16);
  readonly #column = new TextBuilder(16);
  readonly #value = new TextBuilder(16);
  readonly #code = new TextBuilder(16);
  readonly #rows: number[] = [];
  readonly #name: string;

  constructor(table: string) {
    this.#name = table;
  }

  get count(): number {
    return this.#rows.length;
  }

  add({ row, column, value, code }: Reject): void {
    this.#rows.push(row);
    add(this.#table, this.#name);
    if (column === undefined) this.#column.addNull();
    else add(this.#column, column);
    add(this.#value, Buffer.from(value).subarray(0, VALUE_BYTES).toString());
    add(this.#code, code);
  }

  toParquet(): Uint8Array {
    const values = [
      this.#table.values,
      this.#numbers(),
      this.#column.values,
      this.#value.values,
      this.#code.values,
    ];
    return writeParquet({ columns: COLUMNS, values });
  }

  #numbers(): NumberValues {
    const rows = this.#rows.length;
    return { rows, values: Int32Array.from(this.#rows), nulls: new Uint8Array(rows), nullCount: 0 };
  }
}

function add(texts: TextBuilder, text: string): void {
  const bytes = Buffer.from(text);
  texts.add(bytes, 0, bytes.length);
}
