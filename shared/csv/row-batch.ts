/** Rows that are handed out together: enough for a loop over one column to pay. */
const ROWS = 4096;

/** Something about a cell that few cells have. */
export interface CellMark {
  readonly row: number;
  readonly column: number;
  readonly type: 'trimmed' | 'newline';
}

/** Rows as ranges of bytes; valid until the scanner's next `scan`. */
export class RowBatch {
  /** The bytes that cells are ranges of; quotes are taken off, doubled ones halved, blanks at both ends left out. */
  bytes: Uint8Array = new Uint8Array(0);
  rows = 0;
  readonly width: number;
  readonly #capacity: number;
  /** Of the cell in column c of row r: `[starts[r * width + c], ends[r * width + c])`; empty where the row is short. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** How many cells each row had. */
  readonly cells: Int32Array;
  /** Does a cell beyond the header have a value? */
  readonly isOver: Uint8Array;
  /** The record's number in its table, blank ones counted; the header is 1. */
  readonly numbers: Float64Array;
  readonly marks: CellMark[] = [];

  constructor(width: number, capacity = ROWS) {
    this.#capacity = capacity;
    this.cells = new Int32Array(capacity);
    this.isOver = new Uint8Array(capacity);
    this.numbers = new Float64Array(capacity);
    this.width = width;
    this.starts = new Int32Array(capacity * width);
    this.ends = new Int32Array(capacity * width);
  }

  get isFull(): boolean {
    return this.rows === this.#capacity;
  }

  clear(): void {
    this.rows = 0;
    this.marks.length = 0;
  }
}
