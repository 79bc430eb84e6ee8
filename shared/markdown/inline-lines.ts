import { cleanText } from './escape.ts';
import { type Content, type Inline, type Text, toInlines } from './inline.ts';

/** Every sort of blank, the one that does not break among them. */
const BLANKS = /[^\S\n]+/g;
const KEYS = ['link', 'bold', 'italic', 'strike', 'raised', 'code'] as const;

/**
 * Content as lines, broken at line feeds: one blank between words, none at a line's ends, neighbours in one style joined. An empty line
 * stands for a line break that follows another.
 */
export function toLines(content: Content): Inline[][] {
  const lines: Inline[][] = [[]];
  for (const piece of toInlines(content)) {
    if (piece.type === 'text') addText(lines, piece);
    else lines.at(-1)?.push(piece);
  }
  return lines.map(tidyLine);
}

function addText(lines: Inline[][], piece: Text): void {
  const [first = '', ...others] = cleanText(piece.text).split('\n');
  if (first !== '') lines.at(-1)?.push(withText(piece, first));
  for (const text of others) lines.push(text === '' ? [] : [withText(piece, text)]);
}

function tidyLine(line: readonly Inline[]): Inline[] {
  const tidy: Inline[] = [];
  let endsInBlank = true;
  for (const piece of joined(line)) {
    const next = tidyPiece(piece, endsInBlank);
    if (next.type === 'text' && next.text === '') continue;
    tidy.push(next);
    endsInBlank = next.type === 'text' && next.text.endsWith(' ');
  }
  return trimmedEnd(tidy);
}

/** Code keeps its blanks. */
function tidyPiece(piece: Inline, afterBlank: boolean): Inline {
  if (piece.type !== 'text' || piece.code) return piece;
  const text = piece.text.replace(BLANKS, ' ');
  return withText(piece, afterBlank && text.startsWith(' ') ? text.slice(1) : text);
}

function trimmedEnd(line: Inline[]): Inline[] {
  const last = line.at(-1);
  if (last?.type !== 'text' || last.code || !last.text.endsWith(' ')) return line;
  const text = last.text.slice(0, -1);
  return text === '' ? line.slice(0, -1) : [...line.slice(0, -1), withText(last, text)];
}

function withText(piece: Text, text: string): Text {
  return { ...piece, text };
}

/** The parts of a run are gathered and joined once, so that a text in a million pieces stays linear. */
function joined(line: readonly Inline[]): Inline[] {
  const runs: Inline[] = [];
  let first: Text | undefined;
  let parts: string[] = [];
  const flush = (): void => {
    if (first !== undefined) runs.push(withText(first, parts.join('')));
    first = undefined;
    parts = [];
  };
  for (const piece of line) {
    if (piece.type !== 'text' || first === undefined || !isSameStyle(first, piece)) flush();
    if (piece.type !== 'text') runs.push(piece);
    else {
      first ??= piece;
      parts.push(piece.text);
    }
  }
  flush();
  return runs;
}

function isSameStyle(a: Inline, b: Inline): boolean {
  return KEYS.every((key) => (a[key] || undefined) === (b[key] || undefined));
}
