/** Does a page's first block go on the last block of the page before, and how? */

export interface Continued {
  /** The earlier part, complete. */
  readonly done: string;
  readonly glue: string;
  /** What is left of the later block, which may go on again. */
  readonly rest: string;
}

/** A shorter last line is a title or a label, not a sentence cut by the page. */
const MIN_OPEN_CHARS = 40;

/** A fenced block, or lines without a blank one between. */
const BLOCK = /^(`{3,})[^\n]*\n(?:[^\n]*\n)*?\1$|^[^\n]+(?:\n[^\n]+)*/gm;

/** Top-level blocks of the Markdown that this library writes: apart by blank lines, but for those in code. */
export function splitBlocks(markdown: string): string[] {
  return markdown.match(BLOCK) ?? [];
}

export function isNote(block: string): boolean {
  return /^\[\^[^\]]+\]: /.test(block);
}

export function isPicture(block: string): boolean {
  return /^!\[.*\]\([^()]*\)$/.test(block);
}

/** The head row of a pipe table. */
export function tableHead(block: string): string | undefined {
  return block.startsWith('| ') ? block.split('\n', 1)[0] : undefined;
}

/** Undefined if `next` begins something new. `head` is the head row of the table that `last` belongs to. */
export function continueBlock(last: string, next: string, head: string | undefined): Continued | undefined {
  if (head !== undefined) return continueTable(last, next, head);
  if (last.startsWith('```') && next.startsWith('```')) return continueCode(last, next);
  return continueText(last, next);
}

function continueTable(last: string, next: string, head: string): Continued | undefined {
  const [first = '', delimiter = '', ...rows] = next.split('\n');
  if (!first.startsWith('| ') || !delimiter.startsWith('| ---')) return undefined;
  const columns = cellsOf(head);
  if (cellsOf(first).length !== columns.length) return undefined;
  if (first === head) return rows.length > 0 ? { done: last, glue: '\n', rest: rows.join('\n') } : undefined;
  return isHeadLike(first, last) ? undefined : { done: last, glue: '\n', rest: [first, ...rows].join('\n') };
}

/** Words where the rows before have figures: another table's head. */
function isHeadLike(row: string, last: string): boolean {
  const figures = cellsOf(last.split('\n').at(-1) ?? '').map(isFigure);
  const cells = cellsOf(row);
  return figures.some((figure, column) => figure && !isFigure(cells[column] ?? '') && cells[column] !== '');
}

function cellsOf(row: string): string[] {
  return row
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

function isFigure(cell: string): boolean {
  return /^[-+−]?[\d.,\s]+\s?(%|‰|€|\$)?$/.test(cell);
}

function continueCode(last: string, next: string): Continued {
  return { done: last.replace(/\n`{3,}$/, ''), glue: '\n', rest: next.replace(/^`{3,}.*\n/, '') };
}

function continueText(last: string, next: string): Continued | undefined {
  if (!isText(next) || /^(\s*([-*+]|\d+\.)\s)/.test(next) || !isOpen(last)) return undefined;
  if (last.endsWith('\u00ad')) return { done: last.slice(0, -1), glue: '', rest: next };
  const isCjk = /[\u2e80-\u9fff\uff00-\uffef]$/.test(last) && /^[\u2e80-\u9fff\uff00-\uffef]/.test(next);
  return { done: last, glue: isCjk || /\p{L}-$/u.test(last) ? '' : ' ', rest: next };
}

function isText(block: string): boolean {
  return !/^(#{1,6} |\||<|```|\[\^|> )/.test(block);
}

/** The text ends in the middle of a sentence. */
function isOpen(block: string): boolean {
  if (!isText(block) || block.length < MIN_OPEN_CHARS) return false;
  return /[\p{L}\p{N},\u00ad\u2010–—(-]$/u.test(block.replace(/[*~]+$/, ''));
}
