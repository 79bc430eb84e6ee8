import type { BlockWriter } from '../blocks.ts';

interface Cell {
  readonly lines: string[];
  span: number;
}

interface Table {
  columns: number;
  rows: number;
  cells: Cell[];
}

/** A column that claims to span more is written as this many. */
const MAX_SPAN = 64;

/** Follows `tbl`, `tr`, `tc` of WordprocessingML and DrawingML. Rows are written as they end; a table in a cell becomes lines of the cell. */
export class TableWriter {
  readonly #blocks: BlockWriter;
  readonly #tables: Table[] = [];

  constructor(blocks: BlockWriter) {
    this.#blocks = blocks;
  }

  open(name: string, value?: string): void {
    const table = this.#tables.at(-1);
    if (name === 'tbl') this.#tables.push({ columns: 0, rows: 0, cells: [] });
    else if (table === undefined) return;
    else if (name === 'gridCol') table.columns += 1;
    else if (name === 'tr') table.cells = [];
    else if (name === 'tc') table.cells.push({ lines: [], span: 1 });
    else if (name === 'gridSpan') this.span(Number(value));
  }

  /** Columns that the open cell takes. */
  span(columns: number): void {
    const cell = this.#tables.at(-1)?.cells.at(-1);
    if (cell !== undefined && columns > 1) cell.span = Math.min(columns, MAX_SPAN);
  }

  close(name: string): void {
    if (name === 'tr') this.#endRow();
    else if (name === 'tbl') this.#tables.pop();
  }

  /** Takes a paragraph that lies in a table of several columns; false: it is written as any other. */
  addText(text: string): boolean {
    const outer = this.#tables[0];
    if (outer === undefined || outer.columns === 1) return false;
    if (text !== '') outer.cells.at(-1)?.lines.push(text);
    return true;
  }

  #endRow(): void {
    const table = this.#tables.at(-1);
    if (table === undefined || this.#tables.length > 1 || table.columns === 1 || table.cells.length === 0)
      return;
    const texts = table.cells.flatMap(({ lines, span }) => [lines.join('\n'), ...Array(span - 1).fill('')]);
    this.#blocks.row(texts, table.rows === 0);
    table.rows += 1;
    table.cells = [];
  }
}
