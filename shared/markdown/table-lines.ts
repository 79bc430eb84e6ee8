import type { Block, Cell, Table } from './block.ts';
import { escapeCell } from './escape.ts';
import { rowHtml, toHtml } from './html.ts';
import { inlineLines } from './inline-markdown.ts';

/** One attribute must not become a megabyte of pipes. */
const MAX_COLUMNS = 1_000;

type Row = readonly Cell[];

/** Tables as lines: with pipes where every cell is a place of its own with lines of text, else as HTML. A table's parts are written alike. */
export class TableLines {
  /** Of a table with pipes. */
  #columns: number | undefined;

  lines({ rows, continues = false, hasMore = false }: Table): string[] {
    if (!continues) this.#columns = rows.every(isPlain) ? widthOf(rows) : undefined;
    if (this.#columns !== undefined) return pipeLines(rows, this.#columns, continues);
    const html = rows.map(rowHtml);
    return [...(continues ? [] : ['<table>']), ...html, ...(hasMore ? [] : ['</table>'])];
  }
}

/** Blocks that are lines of text in a cell; a heading is one there, too. */
const LINES = new Set(['paragraph', 'heading', 'maths']);

function isPlain(row: Row): boolean {
  return row.every(
    ({ blocks, colspan = 1, rowspan = 1 }) =>
      colspan <= 1 && rowspan <= 1 && blocks.every(({ type }) => LINES.has(type)),
  );
}

/** Columns that all rows need: readers leave out what goes beyond the head. */
function widthOf(rows: readonly Row[]): number {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 1);
  return Math.min(width, MAX_COLUMNS);
}

/** The first row is the head. */
function pipeLines(rows: readonly Row[], columns: number, continues: boolean): string[] {
  const lines = rows.map((row) => pipeRow(row, columns));
  if (!continues && lines.length > 0) lines.splice(1, 0, `|${' --- |'.repeat(columns)}`);
  return lines;
}

/** What goes beyond the columns is put to the last one. */
function pipeRow(row: Row, columns: number): string {
  const texts = row.map(cellText);
  const cells = [...texts.slice(0, columns - 1), texts.slice(columns - 1).join('<br>')];
  while (cells.length < columns) cells.push('');
  return `| ${cells.slice(0, columns).join(' | ')} |`;
}

function cellText({ blocks }: Cell): string {
  const lines = blocks.flatMap(blockLines).filter((line) => line !== '');
  return escapeCell(lines.join('<br>'));
}

function blockLines(block: Block): string[] {
  if (block.type === 'paragraph' || block.type === 'heading') return inlineLines(block.content);
  if (block.type === 'maths') return inlineLines([{ type: 'maths', tex: block.tex }]);
  return [toHtml([block])];
}
