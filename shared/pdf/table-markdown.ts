/** A table as GitHub's Markdown, or as HTML where it has merged cells, which GitHub's can't say. */
import { type InlineContext, toInline } from './inline.ts';
import { type Cell, columnCount, hasSpans, type Table } from './table.ts';

export function tableMarkdown(table: Table, context: InlineContext): string {
  const rows = table.rows.filter((row) => row.some((cell) => cell.lines.length > 0));
  const kept = { ...table, rows };
  return hasSpans(kept) ? tableHtml(kept, context) : pipeTable(kept, context);
}

function pipeTable(table: Table, context: InlineContext): string {
  const columns = columnCount(table);
  const lines = table.rows.map((row, index) => {
    const cells = row.map((cell) => cellText(cell, context, index === 0).replace(/\|/g, '\\|'));
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
