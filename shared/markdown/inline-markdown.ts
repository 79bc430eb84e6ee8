import { escapeLabel, escapeText } from './escape.ts';
import type { Content, Inline, Text } from './inline.ts';
import { toLines } from './inline-lines.ts';
import { toTarget } from './link-target.ts';
import { inlineTex } from './tex.ts';

/** Content as lines of inline Markdown; a line feed in the content begins a new one. */
export function inlineLines(content: Content): string[] {
  return toLines(content).map((line) => rendered(line, KEYS, ''));
}

/** Content as one line of inline Markdown, for headings and titles. */
export function inlineLine(content: Content): string {
  return inlineLines(content)
    .filter((line) => line !== '')
    .join(' ');
}

type Key = 'link' | 'bold' | 'italic' | 'strike' | 'raised';

const KEYS: readonly Key[] = ['link', 'bold', 'italic', 'strike', 'raised'];

/** The mark that goes on longest is the outermost: `[**a *b***](c)`, `**a [b](c)**`. `before`: the sign that the line has so far. */
function rendered(line: readonly Inline[], keys: readonly Key[], before: string): string {
  const parts: string[] = [];
  let previous = before;
  for (let at = 0; at < line.length; ) {
    const { key, end } = longestMark(line, at, keys);
    const run = line.slice(at, end);
    const inner = keys.filter((each) => each !== key);
    const part =
      key === undefined
        ? run.map(leaf).join('')
        : marked(key, rendered(run, inner, ''), run, { previous, next: firstSign(line[end]) });
    if (previous === '!' && part.startsWith('[')) escapeLast(parts);
    parts.push(part);
    previous = part.at(-1) ?? previous;
    at = end;
  }
  return parts.join('');
}

/** An exclamation mark right before a link would make a picture of it. */
function escapeLast(parts: string[]): void {
  const last = parts.pop() ?? '';
  parts.push(`${last.slice(0, -1)}\\${last.slice(-1)}`);
}

/** Of the marks of the piece at `at`, the one that most pieces after it have too. Without any it stands alone. */
function longestMark(line: readonly Inline[], at: number, keys: readonly Key[]): { key?: Key; end: number } {
  let longest: { key?: Key; end: number } = { end: at + 1 };
  for (const key of keys) {
    const value = line[at]?.[key];
    if (!value) continue;
    let end = at + 1;
    while (line[end]?.[key] === value) end += 1;
    if (longest.key === undefined || end > longest.end) longest = { key, end };
  }
  return longest;
}

/** What a following piece will begin with, as far as a mark before it has to know. */
function firstSign(piece: Inline | undefined): string {
  if (piece === undefined) return '';
  if (piece.type !== 'text' || piece.code) return '`';
  return KEYS.some((key) => piece[key]) ? '*' : piece.text.slice(0, 1);
}

interface Neighbours {
  readonly previous: string;
  readonly next: string;
}

const MARKS = { bold: ['**', 'strong'], italic: ['*', 'em'], strike: ['~~', 'del'] } as const;

/** Marks stand at words and never at blanks. */
function marked(key: Key, text: string, [first]: readonly Inline[], neighbours: Neighbours): string {
  const core = text.trim();
  if (core === '') return text;
  const before = text.startsWith(' ') ? ' ' : '';
  const after = text.length > 1 && text.endsWith(' ') ? ' ' : '';
  const inner = { previous: before || neighbours.previous, next: after || neighbours.next };
  return `${before}${markedCore(key, core, first, inner)}${after}`;
}

function markedCore(key: Key, core: string, first: Inline | undefined, neighbours: Neighbours): string {
  if (key === 'raised') return `<${first?.raised}>${core}</${first?.raised}>`;
  if (key === 'link') {
    const target = toTarget(first?.link ?? '');
    return target === '' ? core : `[${core}](${target})`;
  }
  const [mark, tag] = MARKS[key];
  return flanks(core, neighbours) ? `${mark}${core}${mark}` : `<${tag}>${core}</${tag}>`;
}

/** CommonMark 6.2: between punctuation and a word, a mark is read as the sign that it is. */
function flanks(core: string, { previous, next }: Neighbours): boolean {
  return (!isMark(core[0]) || !isWord(previous)) && (!isMark(core.at(-1)) || !isWord(next));
}

function isMark(sign: string | undefined): boolean {
  return /[\p{P}\p{S}]/u.test(sign ?? '');
}

function isWord(sign: string): boolean {
  return sign !== '' && !/[\p{P}\p{S}\s]/u.test(sign);
}

function leaf(piece: Inline): string {
  switch (piece.type) {
    case 'text':
      return textLeaf(piece);
    case 'image':
      return imageLeaf(piece.alt, piece.target);
    case 'maths':
      return piece.display ? inlineTex(piece.tex).replace(/^\$|\$$/g, '$$$$') : inlineTex(piece.tex);
    case 'noteMark':
      return `[^${noteLabel(piece.label)}]`;
    default:
      return piece satisfies never;
  }
}

function textLeaf({ text, code, link }: Text): string {
  if (code) return codeSpan(text);
  return link === undefined ? escapeText(text) : escapeLabel(text);
}

/** A picture that may not be shown is its description. */
function imageLeaf(alt: string, link: string): string {
  const label = escapeLabel(alt.replace(/\s+/g, ' ').trim());
  const target = toTarget(link);
  return target === '' ? label : `![${label}](${target})`;
}

/** Between more backticks than the text has in a row. */
export function codeSpan(text: string): string {
  const fence = '`'.repeat(longestRun(text) + 1);
  const pad = /^`|`$|^ .*[^ ].* $/s.test(text) ? ' ' : '';
  return text === '' ? '' : `${fence}${pad}${text}${pad}${fence}`;
}

/** Length of the longest row of backticks. */
export function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}

/** A label is one word of letters and digits. */
export function noteLabel(label: string): string {
  return label.replace(/[^\p{L}\p{N}_-]+/gu, '-');
}
