/** A corpus document as Markdown: the reference that conversions are scored against. */
import {
  type Block,
  type Cell,
  type Document,
  hasMergedCells,
  type Inline,
  type List,
  type Table,
} from './ast.ts';

export function toMarkdown(document: Document): string {
  const notes = document.notes.map((note, index) => `[^${index + 1}]: ${note}`);
  return `${[...document.blocks.map(blockMarkdown), ...notes].join('\n\n')}\n`;
}

function blockMarkdown(block: Block): string {
  switch (block.type) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${block.text}`;
    case 'paragraph':
      return inlineMarkdown(block.text);
    case 'code':
      return `\`\`\`\n${block.text}\n\`\`\``;
    case 'quote':
      return `> ${inlineMarkdown(block.text)}`;
    case 'list':
      return listMarkdown(block, '');
    case 'table':
      return hasMergedCells(block) ? tableHtml(block) : tableMarkdown(block);
    default:
      return block satisfies never;
  }
}

function inlineMarkdown(text: readonly Inline[]): string {
  return text.map(pieceMarkdown).join('');
}

function pieceMarkdown(piece: Inline): string {
  if (typeof piece === 'string') return piece;
  switch (piece.type) {
    case 'bold':
      return `**${piece.text}**`;
    case 'italic':
      return `*${piece.text}*`;
    case 'code':
      return `\`${piece.text}\``;
    case 'strike':
      return `~~${piece.text}~~`;
    case 'sup':
    case 'sub':
      return `<${piece.type}>${piece.text}</${piece.type}>`;
    case 'link':
      return `[${piece.text}](${piece.uri})`;
    case 'note':
      return `[^${piece.number}]`;
    case 'break':
      return '\\\n';
    default:
      return piece satisfies never;
  }
}

function listMarkdown(list: List, indent: string): string {
  return list.items
    .map((item, index) => {
      const marker = list.ordered ? `${index + 1}. ` : '- ';
      const line = `${indent}${marker}${inlineMarkdown(item.text)}`;
      return item.children
        ? `${line}\n${listMarkdown(item.children, indent + ' '.repeat(marker.length))}`
        : line;
    })
    .join('\n');
}

function tableMarkdown(table: Table): string {
  const [head = [], ...rows] = table.rows.map((row) => row.map(cellMarkdown));
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const cellMarkdown = ({ text, mark }: Cell): string => (mark ? `\`${text}\`` : text);

function tableHtml(table: Table): string {
  const rows = table.rows.map((row, index) => {
    const tag = index === 0 ? 'th' : 'td';
    const cells = row.map(({ text, colspan = 1, rowspan = 1 }) => {
      const spans = `${colspan > 1 ? ` colspan="${colspan}"` : ''}${rowspan > 1 ? ` rowspan="${rowspan}"` : ''}`;
      return `<${tag}${spans}>${text}</${tag}>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<table>\n${rows.join('\n')}\n</table>`;
}
