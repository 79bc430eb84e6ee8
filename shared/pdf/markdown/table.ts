/** A table as GitHub's Markdown, or as HTML where it has merged cells, which GitHub's can't say. */

import { escapeCell } from '../../markdown/escape.ts';
import type { TableStyle } from '../pdf-options.ts';
import { type Cell, columnCount, hasSpans, type Table } from '../tables/table.ts';
import { type InlineContext, toInline } from './inline.ts';

const EMPTY: Cell = { lines: [], colspan: 1, rowspan: 1 };

/** `auto`: HTML for merged cells only; `github`: pipe tables, where a merged cell's other places are empty; `html`: HTML. */

export function tableMarkdown(table: Table, context: InlineContext, style: TableStyle = 'auto'): string {
  const rows = table.rows.filter((row) => row.some((cell) => cell.lines.length > 0));
  const kept = { ...table, rows };
  const isHtml = style === 'html' || (style === 'auto' && hasSpans(kept));
  if (isHtml) return tableHtml(kept, context);
  return pipeTable(hasSpans(kept) ? withoutSpans(kept) : kept, context);
}

/** Each merged cell in its first place, the others empty. */
function withoutSpans(table: Table): Table {
  const grid: Cell[][] = table.rows.map(() => []);
  for (const [y, row] of table.rows.entries()) {
    for (const cell of row) place(grid.slice(y, y + cell.rowspan), cell);
  }
  return { ...table, rows: grid.map((row) => Array.from(row, (cell) => cell ?? EMPTY)) };
}

function place([row = [], ...below]: readonly Cell[][], cell: Cell): void {
  let x = 0;
  while (row[x]) x += 1;
  row[x] = { ...cell, colspan: 1, rowspan: 1 };
  for (let right = 1; right < cell.colspan; right += 1) row[x + right] = EMPTY;
  for (const other of below) {
    for (let right = 0; right < cell.colspan; right += 1) other[x + right] = EMPTY;
  }
}

function pipeTable(table: Table, context: InlineContext): string {
  const columns = columnCount(table);
  const lines = table.rows.map((row, index) => {
    const cells = row.map((cell) => escapeCell(cellText(cell, context, index === 0)));
    while (cells.length < columns) cells.push('');
    return `| ${cells.join(' | ')} |`;
  });
  lines.splice(1, 0, `| ${Array.from({ length: columns }, () => '---').join(' | ')} |`);
  return lines.join('\n');
}

function tableHtml(table: Table, context: InlineContext): string {
  const rows = table.rows.map((row, index) => {
    const tag = index === 0 ? 'th' : 'td';
    const cells = row.map((cell) => {
      const { colspan, rowspan } = cell;
      const spans = `${colspan > 1 ? ` colspan="${colspan}"` : ''}${rowspan > 1 ? ` rowspan="${rowspan}"` : ''}`;
      return `<${tag}${spans}>${cellText(cell, context, index === 0)}</${tag}>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<table>\n${rows.join('\n')}\n</table>`;
}

/** Lines that were only wrapped are joined; a line that ends well before the cell does was broken on purpose. */
function cellText(cell: Cell, context: InlineContext, isHead: boolean): string {
  return toInline(cell.lines, context, { dropBold: isHead });
}
