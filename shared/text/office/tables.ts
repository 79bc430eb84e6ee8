import type { Cell } from '../../markdown/block.ts';
import { BlockTree } from '../../markdown/sink.ts';
import { TableGatherer } from '../table-gatherer.ts';
import { Flow } from './flow.ts';

/** A cell that claims to span more is written as this many. */
const MAX_SPAN = 1_000;

interface OpenCell {
  readonly tree: BlockTree;
  readonly flow: Flow;
  colspan: number;
  rowspan: number;
  /** It belongs to the cell above it. */
  goesOn: boolean;
}

interface GrowingCell extends Cell {
  rowspan: number;
}

interface OpenTable {
  readonly gatherer: TableGatherer;
  /** The last cell of each column, by where it begins. */
  readonly above: Map<number, GrowingCell>;
  column: number;
  cell: OpenCell | undefined;
}

/** Follows the tables of Word, PowerPoint and OpenDocument, nested ones too. */
export class Tables {
  readonly #outer: Flow;
  readonly #tables: OpenTable[] = [];

  constructor(outer: Flow) {
    this.#outer = outer;
  }

  /** Where paragraphs go now: the innermost cell that is open, or the document. */
  get flow(): Flow {
    for (let at = this.#tables.length - 1; at >= 0; at -= 1) {
      const cell = this.#tables[at]?.cell;
      if (cell !== undefined) return cell.flow;
    }
    return this.#outer;
  }

  open(): void {
    this.#tables.at(-1)?.gatherer.markAsOuter();
    const gatherer = new TableGatherer(this.flow.sink);
    this.#tables.push({ gatherer, above: new Map(), column: 0, cell: undefined });
  }

  openRow(isHead = false): void {
    const table = this.#tables.at(-1);
    if (table === undefined) return;
    table.gatherer.openRow();
    table.column = 0;
    if (isHead) table.gatherer.markAsData();
  }

  openCell(): void {
    const table = this.#tables.at(-1);
    const tree = new BlockTree();
    if (table !== undefined)
      table.cell = { tree, flow: new Flow(tree), colspan: 1, rowspan: 1, goesOn: false };
  }

  /** What the open cell takes. */
  span({ columns = 1, rows = 1 }: { columns?: number | undefined; rows?: number | undefined }): void {
    const cell = this.#tables.at(-1)?.cell;
    if (cell === undefined) return;
    if (columns > 1) cell.colspan = Math.min(columns, MAX_SPAN);
    if (rows > 1) cell.rowspan = Math.min(rows, MAX_SPAN);
  }

  /** The open cell is a part of the one above it. */
  goOn(): void {
    const cell = this.#tables.at(-1)?.cell;
    if (cell !== undefined) cell.goesOn = true;
  }

  closeCell(): void {
    const table = this.#tables.at(-1);
    if (table?.cell === undefined) return;
    const { tree, flow, colspan, rowspan, goesOn } = table.cell;
    flow.end();
    table.cell = undefined;
    const above = goesOn ? table.above.get(table.column) : undefined;
    const cell = { blocks: tree.blocks(), colspan, rowspan };
    if (above === undefined) table.gatherer.addCell(cell);
    else above.rowspan += 1;
    table.above.set(table.column, above ?? cell);
    table.column += colspan;
  }

  closeRow(): void {
    this.#tables.at(-1)?.gatherer.endRow();
  }

  close(): void {
    this.#tables.pop()?.gatherer.end();
  }
}
