import type TurndownService from 'turndown';
import type { DomElement } from './dom.ts';

/** A table that holds one of these lays a page out; its cells are written one after the other. */
const LAYOUT_CONTENT = 'table, ul, ol, h1, h2, h3, h4, h5, h6, pre, blockquote, iframe';
/** Columns that a `colspan` may claim: one attribute must not become a megabyte of pipes. */
const MAX_COLUMNS = 64;

/** GitHub tables for data, plain blocks for layout. Line breaks within a cell become `<br>`. */
export function tableRules(turndown: TurndownService): void {
  turndown.addRule('cell', {
    filter: ['td', 'th'],
    replacement: (content, node) => (isData(node) ? cell(content, node) : `\n\n${content}\n\n`),
  });
  turndown.addRule('row', {
    filter: 'tr',
    replacement: (content, node) => row(content, node),
  });
  turndown.addRule('table', {
    filter: 'table',
    replacement: (content, node) => `\n\n${shapeOf(node).isData ? squeeze(content) : content.trim()}\n\n`,
  });
  turndown.addRule('caption', {
    filter: 'caption',
    replacement: (content) => `\n\n**${content.trim()}**\n\n`,
  });
}

function squeeze(content: string): string {
  return content.trim().replace(/\|\n+(?=\|)/g, '|\n');
}

function row(content: string, element: DomElement): string {
  const table = tableOf(element);
  if (table === undefined || !shapeOf(table).isData) return content;
  const line = `|${content}`;
  if (shapeOf(table).firstRow !== element) return `\n${line}`;
  return `\n${line}\n|${' --- |'.repeat(columns(element))}`;
}

function cell(content: string, element: DomElement): string {
  const text = content
    .trim()
    .replace(/\\?\|/g, '\\|')
    .replace(/\s*\n\s*/g, '<br>');
  return ` ${text} |${'  |'.repeat(span(element) - 1)}`;
}

function columns(element: DomElement): number {
  const all = cellsOf(element).reduce((sum, each) => sum + span(each), 0);
  return Math.min(Math.max(all, 1), MAX_COLUMNS);
}

function span(element: DomElement): number {
  const value = Number.parseInt(element.getAttribute('colspan') ?? '1', 10);
  return Number.isNaN(value) ? 1 : Math.min(Math.max(value, 1), MAX_COLUMNS);
}

interface Shape {
  readonly isData: boolean;
  readonly firstRow: DomElement | undefined;
}

/** Looked at once per table: each of its cells asks. */
const shapes = new WeakMap<DomElement, Shape>();

function shapeOf(table: DomElement): Shape {
  const known = shapes.get(table);
  if (known !== undefined) return known;
  const rows = rowsOf(table);
  const wide = rows.some((each) => cellsOf(each).length > 1);
  const shape = { isData: wide && table.querySelectorAll(LAYOUT_CONTENT).length === 0, firstRow: rows[0] };
  shapes.set(table, shape);
  return shape;
}

function isData(cellElement: DomElement): boolean {
  const table = tableOf(cellElement);
  return table !== undefined && shapeOf(table).isData;
}

function tableOf(element: DomElement): DomElement | undefined {
  let node = element.parentNode;
  while (node !== null && node.nodeName !== 'TABLE') node = node.parentNode;
  return node === null ? undefined : (node as DomElement);
}

/** The table's own rows, straight in it or in its sections. */
function rowsOf(table: DomElement): DomElement[] {
  return childrenOf(table, ['TR', 'THEAD', 'TBODY', 'TFOOT']).flatMap((child) =>
    child.nodeName === 'TR' ? [child] : childrenOf(child, ['TR']),
  );
}

function cellsOf(row: DomElement): DomElement[] {
  return childrenOf(row, ['TD', 'TH']);
}

function childrenOf(element: DomElement, names: readonly string[]): DomElement[] {
  const children: DomElement[] = [];
  for (let child = element.firstChild; child !== null; child = child.nextSibling)
    if (names.includes(child.nodeName)) children.push(child as DomElement);
  return children;
}
