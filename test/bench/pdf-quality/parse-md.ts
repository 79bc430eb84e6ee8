/** The Markdown of the held-out documents as blocks: headings, paragraphs, lists, tables, code, quotes, notes. */
import type { Block, Cell, Inline, List, ListItem, Table } from './ast.ts';
import { findTables } from './markdown-tables.ts';

const LIST_LINE = /^( *)(-|\d+\.) +(.*)$/;
const NOTE_LINE = /^\[\^(\d+)\]: +(.*)$/;
const PIECES =
  /\*\*(?<bold>[^*]+)\*\*|\*(?<italic>[^*]+)\*|`(?<code>[^`]+)`|~~(?<strike>[^~]+)~~|<su(?<which>[pb])>(?<raised>[^<]+)<\/su[pb]>|\[\^(?<note>\d+)\]|\[(?<text>[^\]]+)\]\((?<uri>[^)]+)\)|(?<broken>\\\n)/g;

/** Blocks are parted by blank lines; notes (`[^1]: …`) are taken out in their order. */
export function parseMarkdown(source: string, style: Table['style']): { blocks: Block[]; notes: string[] } {
  const blocks: Block[] = [];
  const notes: string[] = [];
  for (const piece of splitBlocks(source)) {
    const note = NOTE_LINE.exec(piece);
    if (note) notes.push(note[2] ?? '');
    else blocks.push(toBlock(piece, style));
  }
  return { blocks, notes };
}

/** Pieces between blank lines, code fences kept whole. */
function splitBlocks(source: string): string[] {
  const pieces: string[] = [];
  for (const [index, part] of source.split(/^```\n/m).entries()) {
    if (index % 2 === 1) pieces.push(`\`\`\`\n${part}`);
    else pieces.push(...part.split(/\n{2,}/).map((piece) => piece.replace(/^\n+|\n+$/g, '')));
  }
  return pieces.filter((piece) => piece !== '');
}

function toBlock(piece: string, style: Table['style']): Block {
  const heading = /^(#{1,4}) (.*)$/.exec(piece);
  if (heading) return { type: 'heading', level: toLevel(heading[1] ?? ''), text: heading[2] ?? '' };
  if (piece.startsWith('```')) return { type: 'code', text: piece.slice(4).trimEnd() };
  if (piece.startsWith('>')) return { type: 'quote', text: parseInline(piece.replace(/^> ?/gm, '')) };
  if (piece.startsWith('|') || piece.startsWith('<table')) return toTable(piece, style);
  if (LIST_LINE.test(piece.split('\n')[0] ?? '')) return toList(piece.split('\n'));
  return { type: 'paragraph', text: parseInline(piece) };
}

function toLevel(marks: string): 1 | 2 | 3 | 4 {
  if (marks.length === 1) return 1;
  if (marks.length === 2) return 2;
  return marks.length === 3 ? 3 : 4;
}

/** Markdown's pieces of a running text; a backslash at the line's end breaks the line, other line ends are spaces. */
function parseInline(text: string): Inline[] {
  const pieces: Inline[] = [];
  let end = 0;
  const words = (from: number, to?: number): void => {
    const plain = text.slice(from, to).replace(/\n/g, ' ');
    if (plain !== '') pieces.push(plain);
  };
  for (const match of text.matchAll(PIECES)) {
    words(end, match.index);
    pieces.push(toPiece(match.groups ?? {}));
    end = match.index + match[0].length;
  }
  words(end);
  return pieces;
}

function toPiece(groups: Readonly<Record<string, string | undefined>>): Inline {
  for (const type of ['bold', 'italic', 'code', 'strike'] as const) {
    const text = groups[type];
    if (text !== undefined) return { type, text };
  }
  if (groups.raised !== undefined) return { type: groups.which === 'p' ? 'sup' : 'sub', text: groups.raised };
  if (groups.note !== undefined) return { type: 'note', number: Number(groups.note) };
  if (groups.uri !== undefined) return { type: 'link', text: groups.text ?? '', uri: groups.uri };
  return { type: 'break' };
}

function toTable(piece: string, style: Table['style']): Table {
  const [found = []] = findTables(piece);
  const isCode = (text: string): boolean => piece.includes(`\`${text}\``);
  const rows = found.map((row) =>
    row.map(
      (cell): Cell => ({
        ...cell,
        ...(cell.text !== '' && isCode(cell.text) ? { mark: 'code' as const } : {}),
      }),
    ),
  );
  return { type: 'table', rows, style };
}

/** Items by their indent; an item's marker tells whether its list is ordered. */
function toList(lines: readonly string[]): List {
  const [first = '', ...rest] = lines;
  const [, indent = '', marker = '', text = ''] = LIST_LINE.exec(first) ?? [];
  const items: ListItem[] = [];
  let item = text;
  let below: string[] = [];
  const close = (): void => {
    const own = { text: parseInline(item) };
    items.push(below.length > 0 ? { ...own, children: toList(below) } : own);
    below = [];
  };
  for (const line of rest) {
    const match = LIST_LINE.exec(line);
    if (match && match[1] === indent) {
      close();
      item = match[3] ?? '';
    } else if (match || below.length > 0) below.push(line);
    else item += ` ${line.trim()}`;
  }
  close();
  return { type: 'list', ordered: marker !== '-', items };
}
