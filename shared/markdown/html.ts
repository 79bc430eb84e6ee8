import type { Block, Cell, List } from './block.ts';
import { escapeHtml } from './escape.ts';
import type { Content, Inline } from './inline.ts';
import { toLines } from './inline-lines.ts';
import { toHref } from './link-target.ts';
import { inlineTex } from './tex.ts';

/** Blocks as HTML on one line, for the cells of a table that Markdown can't write. Without an empty line, which would end it. */
export function toHtml(blocks: readonly Block[]): string {
  const [only] = blocks;
  // the paragraph of a cell needs no mark
  if (blocks.length === 1 && only?.type === 'paragraph') return inlineHtml(only.content);
  return blocks.map(blockHtml).join('');
}

/** One row per line, so that the rows of a long table can be written as they come. */
export function rowHtml(row: readonly Cell[]): string {
  return `<tr>${row.map(cellHtml).join('')}</tr>`;
}

/** Browsers read no more columns than this (HTML standard, 4.9.11). */
const MAX_SPAN = 1_000;

function cellHtml({ blocks, colspan = 1, rowspan = 1, isHead }: Cell): string {
  const tag = isHead ? 'th' : 'td';
  const spans = `${spanHtml('colspan', colspan)}${spanHtml('rowspan', rowspan)}`;
  return `<${tag}${spans}>${toHtml(blocks)}</${tag}>`;
}

function spanHtml(name: string, span: number): string {
  return span > 1 ? ` ${name}="${Math.min(span, MAX_SPAN)}"` : '';
}

function blockHtml(block: Block): string {
  switch (block.type) {
    case 'heading': {
      const level = Math.min(Math.max(block.level, 1), 6);
      return `<h${level}>${inlineHtml(block.content)}</h${level}>`;
    }
    case 'paragraph':
      return `<p>${inlineHtml(block.content)}</p>`;
    case 'note':
      return `<p>[^${escapeHtml(block.label)}]: ${inlineHtml(block.content)}</p>`;
    case 'code':
      return `<pre><code>${escapeHtml(block.text).replaceAll('\n', '&#10;')}</code></pre>`;
    case 'maths':
      return `<p>$${escapeHtml(inlineTex(block.tex))}$</p>`;
    case 'rule':
      return '<hr>';
    case 'quote':
      return `<blockquote>${toHtml(block.blocks)}</blockquote>`;
    case 'list':
      return listHtml(block);
    case 'table':
      return `<table>${block.rows.map(rowHtml).join('')}</table>`;
    default:
      return block satisfies never;
  }
}

function listHtml({ start, items }: List): string {
  const inner = items.map((item) => `<li>${toHtml(item)}</li>`).join('');
  if (start === undefined) return `<ul>${inner}</ul>`;
  return `<ol${start === 1 ? '' : ` start="${start}"`}>${inner}</ol>`;
}

function inlineHtml(content: Content): string {
  return toLines(content)
    .map((line) => line.map(pieceHtml).join(''))
    .join('<br>')
    .replace(/^(?:<br>)+|(?:<br>)+$/g, '');
}

function pieceHtml(piece: Inline): string {
  let html = leafHtml(piece);
  if (piece.raised !== undefined) html = `<${piece.raised}>${html}</${piece.raised}>`;
  if (piece.strike) html = `<del>${html}</del>`;
  if (piece.italic) html = `<em>${html}</em>`;
  if (piece.bold) html = `<strong>${html}</strong>`;
  const href = toHref(piece.link ?? '');
  return href === '' ? html : `<a href="${escapeHtml(href)}">${html}</a>`;
}

function leafHtml(piece: Inline): string {
  switch (piece.type) {
    case 'text':
      return piece.code ? `<code>${escapeHtml(piece.text)}</code>` : escapeHtml(piece.text);
    case 'image': {
      const src = toHref(piece.target);
      const alt = escapeHtml(piece.alt.replace(/\s+/g, ' ').trim());
      return src === '' ? alt : `<img src="${escapeHtml(src)}" alt="${alt}">`;
    }
    case 'maths':
      return escapeHtml(inlineTex(piece.tex));
    case 'noteMark':
      return `[^${escapeHtml(piece.label)}]`;
    default:
      return piece satisfies never;
  }
}
