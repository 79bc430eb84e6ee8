import type { Cell } from '../markdown/block.ts';
import { addBlock, type BlockSink, BlockTree } from '../markdown/sink.ts';

/** Cells that are held until it is known what the table is; then its rows go out as they come. */
const MAX_HELD_CELLS = 5_000;

/** A table that is open: its rows as cells, or one cell after the other where it only lays the page out. */
export class TableGatherer {
  /** What stands in the table and in no cell: its caption, and what browsers move in front of it. */
  readonly before = new BlockTree();
  readonly #outer: BlockSink;
  readonly #isLayout: boolean;
  #hasHead = false;
  #hasTable = false;
  #columns = 0;
  #rowCount = 0;
  #held: Cell[][] = [];
  #heldCells = 0;
  #row: Cell[] | undefined;
  /** Once the first part has gone out. */
  #sentAs: 'data' | 'layout' | undefined;

  /** `isLayout`: the table says itself that it is no data. */
  constructor(outer: BlockSink, isLayout = false) {
    this.#outer = outer;
    this.#isLayout = isLayout;
  }

  /** `caption`, `thead`, `th` are what only tables of data have. */
  markAsData(): void {
    this.#hasHead = true;
  }

  /** A table with another one in it, if it has no head, lays the page out. */
  markAsOuter(): void {
    this.#hasTable = true;
  }

  openRow(): void {
    this.endRow();
    this.#row = [];
  }

  addCell(cell: Cell): void {
    this.#row ??= [];
    this.#row.push(cell);
    this.#heldCells += 1;
  }

  endRow(): void {
    const row = this.#row ?? [];
    this.#row = undefined;
    if (row.every(({ blocks, rowspan = 1 }) => blocks.length === 0 && rowspan === 1)) return;
    this.#columns = Math.max(this.#columns, widthOf(row));
    this.#rowCount += 1;
    this.#held.push(row);
    if (this.#heldCells > MAX_HELD_CELLS) this.#send(true);
  }

  end(): void {
    this.endRow();
    this.#send(false);
  }

  #send(hasMore: boolean): void {
    const continues = this.#sentAs !== undefined;
    this.#sentAs ??= this.#isData() ? 'data' : 'layout';
    if (!continues) for (const block of this.before.blocks()) addBlock(this.#outer, block);
    const rows = this.#held;
    this.#held = [];
    this.#heldCells = 0;
    if (this.#sentAs === 'layout') this.#layOut(rows);
    else if (rows.length > 0 || continues) this.#outer.add({ type: 'table', rows, continues, hasMore });
  }

  #layOut(rows: readonly Cell[][]): void {
    for (const { blocks } of rows.flat()) for (const block of blocks) addBlock(this.#outer, block);
  }

  /** A column alone, a single row of blocks, and what holds tables lay a page out, unless a head says otherwise. */
  #isData(): boolean {
    if (this.#isLayout || this.#rowCount === 0) return false;
    if (this.#hasHead) return this.#rowCount > 1 || this.#columns > 1;
    if (this.#columns < 2 || this.#hasTable) return false;
    return this.#rowCount > 1 || this.#held.every((row) => row.every(isText));
  }
}

function isText({ blocks }: Cell): boolean {
  return blocks.length <= 1 && blocks.every(({ type }) => type === 'paragraph');
}

function widthOf(row: readonly Cell[]): number {
  return row.reduce((width, { colspan = 1 }) => width + colspan, 0);
}
