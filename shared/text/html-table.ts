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
    replacement: (content, node) => (isData(tableOf(node)) ? cell(content, node) : `\n\n${content}\n\n`),
  });
  turndown.addRule('row', {
    filter: 'tr',
    replacement: (content, node) => row(content, node),
  });
  turndown.addRule('table', {
    filter: 'table',
    replacement: (content, node) => `\n\n${isData(node) ? squeeze(content) : content.trim()}\n\n`,
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
  if (!isData(table)) return content;
  const line = `|${content}`;
  if (table?.rows?.[0] !== element) return `\n${line}`;
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
  const all = Array.from(element.cells ?? []).reduce((sum, each) => sum + span(each), 0);
  return Math.min(Math.max(all, 1), MAX_COLUMNS);
}

function span(element: DomElement): number {
  const value = Number.parseInt(element.getAttribute('colspan') ?? '1', 10);
  return Number.isNaN(value) ? 1 : Math.min(Math.max(value, 1), MAX_COLUMNS);
}

const verdicts = new WeakMap<DomElement, boolean>();

function isData(table: DomElement | undefined): boolean {
  if (table === undefined) return false;
  const known = verdicts.get(table);
  if (known !== undefined) return known;
  const rows = Array.from(table.rows ?? []);
  const wide = rows.some((each) => (each.cells?.length ?? 0) > 1);
  const verdict = wide && table.querySelector(LAYOUT_CONTENT) === null;
  verdicts.set(table, verdict);
  return verdict;
}

function tableOf(element: DomElement): DomElement | undefined {
  let node = element.parentNode;
  while (node !== null && node.nodeName !== 'TABLE') node = node.parentNode;
  return node === null ? undefined : (node as DomElement);
}
