import type { Content } from './inline.ts';

/** What follows another on a page. `toMarkdown` writes any tree of them; a `MarkdownWriter` takes them one at a time. */
export type Block = Leaf | Quote | List;

export type Leaf = Heading | Paragraph | CodeBlock | MathsBlock | Rule | Table | Note;

export interface Heading {
  readonly type: 'heading';
  /** 1 to 6; what is beyond is written as the nearest. */
  readonly level: number;
  readonly content: Content;
}

export interface Paragraph {
  readonly type: 'paragraph';
  readonly content: Content;
}

export interface CodeBlock {
  readonly type: 'code';
  readonly language: string;
  readonly text: string;
}

export interface MathsBlock {
  readonly type: 'maths';
  readonly tex: string;
}

interface Rule {
  readonly type: 'rule';
}

/** The text of a footnote. */
export interface Note {
  readonly type: 'note';
  readonly label: string;
  readonly content: Content;
}

export interface Quote {
  readonly type: 'quote';
  readonly blocks: readonly Block[];
}

export interface List {
  readonly type: 'list';
  /** The first item's number; without it the items have bullets. */
  readonly start?: number;
  readonly items: readonly (readonly Block[])[];
}

export interface Cell {
  readonly blocks: readonly Block[];
  readonly colspan?: number;
  readonly rowspan?: number;
  readonly isHead?: boolean;
}

/**
 * GitHub's pipes where each cell is one line of text, else HTML. A table that is too long to be held comes in parts: all but the first
 * continue the one before.
 */
export interface Table {
  readonly type: 'table';
  readonly rows: readonly (readonly Cell[])[];
  readonly continues?: boolean;
  /** More rows follow in a part that continues this one. */
  readonly hasMore?: boolean;
}

export function heading(level: number, content: Content): Heading {
  return { type: 'heading', level, content };
}

export function paragraph(content: Content): Paragraph {
  return { type: 'paragraph', content };
}

export function codeBlock(value: string, language = ''): CodeBlock {
  return { type: 'code', language, text: value };
}

export function mathsBlock(tex: string): MathsBlock {
  return { type: 'maths', tex };
}

export function note(label: string, content: Content): Note {
  return { type: 'note', label, content };
}

export function quote(blocks: readonly Block[]): Quote {
  return { type: 'quote', blocks };
}

export function bullets(items: readonly (Content | readonly Block[])[]): List {
  return { type: 'list', items: items.map(toBlocks) };
}

export function numbered(items: readonly (Content | readonly Block[])[], start = 1): List {
  return { type: 'list', start, items: items.map(toBlocks) };
}

/** Rows of plain cells, the first of which is the head. */
export function table(rows: readonly (readonly (Content | Cell)[])[]): Table {
  return { type: 'table', rows: rows.map((row, at) => row.map((cell) => toCell(cell, at === 0))) };
}

function toCell(cell: Content | Cell, isHead: boolean): Cell {
  if (typeof cell === 'object' && 'blocks' in cell) return cell;
  return { blocks: [paragraph(cell)], ...(isHead ? { isHead } : {}) };
}

function toBlocks(item: Content | readonly Block[]): readonly Block[] {
  return isBlocks(item) ? item : [paragraph(item)];
}

const INLINE = new Set(['text', 'image', 'noteMark']);

/** Formulas are both; a list of formulas alone is content. */
function isBlocks(item: Content | readonly Block[]): item is readonly Block[] {
  if (typeof item === 'string') return false;
  return item.every(({ type }) => !INLINE.has(type)) && item.some(({ type }) => type !== 'maths');
}
