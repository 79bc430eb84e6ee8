import type { Leaf, Table } from './block.ts';
import { cleanText, escapeLineStart } from './escape.ts';
import { type Content, toInlines } from './inline.ts';
import { inlineLine, inlineLines, longestRun, noteLabel } from './inline-markdown.ts';
import { displayTex } from './tex.ts';

/** A block as groups of lines; an empty line stands between the groups. Tables have state of their own: see `TableLines`. */
export function leafLines(leaf: Exclude<Leaf, Table>): string[][] {
  switch (leaf.type) {
    case 'heading':
      return headingLines(leaf.level, leaf.content);
    case 'paragraph':
      return paragraphs(leaf.content);
    case 'note':
      return [[`[^${noteLabel(leaf.label)}]: ${inlineLine(leaf.content)}`]];
    case 'code':
      return [fencedLines(leaf.text, leaf.language)];
    case 'maths':
      return [displayTex(leaf.tex)];
    case 'rule':
      return [['---']];
    default:
      return leaf satisfies never;
  }
}

/** A heading is bold as such. Hashes at its end would count as its closing mark. */
function headingLines(level: number, content: Content): string[][] {
  const line = inlineLine(toInlines(content).map((piece) => ({ ...piece, bold: false })));
  const hashes = '#'.repeat(Math.min(Math.max(level, 1), 6));
  return line === '' ? [] : [[`${hashes} ${line.replace(/(^| )(#+)$/, '$1\\$2')}`]];
}

/** Two line breaks in a row begin a new paragraph. */
function paragraphs(content: Content): string[][] {
  const [only, ...more] = toInlines(content);
  if (only?.type === 'maths' && only.display && more.length === 0) return [displayTex(only.tex)];
  const groups: string[][] = [[]];
  for (const line of inlineLines(content)) {
    if (line === '') groups.push([]);
    else groups.at(-1)?.push(escapeLineStart(line));
  }
  return groups.map(withBreaks);
}

function withBreaks(lines: readonly string[]): string[] {
  return lines.map((line, at) => (at < lines.length - 1 ? `${line}\\` : line));
}

/** The fence is longer than any in the code. */
function fencedLines(text: string, language: string): string[] {
  const clean = cleanText(text).replace(/^\n/, '').trimEnd();
  const fence = '`'.repeat(Math.max(3, longestRun(clean) + 1));
  if (clean === '') return [];
  return [`${fence}${language.replace(/[^\w+#.-]/g, '')}`, ...clean.split('\n'), fence];
}
