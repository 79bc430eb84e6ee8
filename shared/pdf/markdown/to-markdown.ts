/** One page's content as Markdown. */

import { escapeLineStart } from '../../markdown/escape.ts';
import { longestRun } from '../../markdown/inline-markdown.ts';
import type { PdfProfile } from '../facts-schema.ts';
import type { Figure } from '../figures/figures.ts';
import type { Block, Chunk } from '../layout/blocks.ts';
import { headingLevel } from '../layout/headings.ts';
import { noteLabel } from '../layout/notes.ts';
import type { LaidOutRegion, PageLayout } from '../layout/whole-page.ts';
import type { TableStyle } from '../pdf-options.ts';
import { type Box, type Line, lineText, type Region } from '../read/words.ts';
import { figureMarkdown, placeFigures } from './figure.ts';
import { type InlineContext, toInline } from './inline.ts';
import { toListMarkdown } from './list.ts';
import { tableMarkdown } from './table.ts';

/** A turned region of fewer lines has no headings. */
const MIN_HEADED_LINES = 4;

export interface MarkdownOptions {
  readonly figures?: readonly Figure[];
  readonly tables?: TableStyle;
}

/** Markdown of the page as it was laid out; blocks apart by a blank line, no newline at the end. */
export function toMarkdown(
  { level, turned }: PageLayout,
  profile: PdfProfile,
  { figures = [], tables }: MarkdownOptions = {},
): string {
  const before = new Map<number, string[]>();
  for (const part of turned) {
    // a stamp or an axis label heads nothing, however large it is
    const own = part.region.lines.length < MIN_HEADED_LINES ? { ...profile, headings: [] } : profile;
    const text = writeBlocks(part, own, tables);
    const at = indexBelow(part.place, level.blocks);
    before.set(at, [...(before.get(at) ?? []), text]);
  }
  for (const [index, here] of placeFigures(figures, level.blocks)) {
    const texts = here.map((figure) => figureMarkdown(figure, level.blocks));
    before.set(index, [...(before.get(index) ?? []), ...texts]);
  }
  return writeBlocks(level, profile, tables, before);
}

/** The blocks, with what stands before each of them. */
function writeBlocks(
  { region, blocks }: LaidOutRegion,
  profile: PdfProfile,
  tables: TableStyle | undefined,
  before: ReadonlyMap<number, readonly string[]> = new Map(),
): string {
  const context = toContext(region, blocks, profile);
  const out: string[] = [];
  let items: Chunk[] = [];
  const flush = (): void => {
    if (items.length > 0) out.push(toListMarkdown(items, context));
    items = [];
  };
  const putBefore = (index: number): void => {
    const here = before.get(index) ?? [];
    if (here.length > 0) flush();
    out.push(...here);
  };
  for (const [index, block] of blocks.entries()) {
    putBefore(index);
    if (block.kind === 'item' && headingLevel(block, profile.headings, profile.bodySize) === undefined) {
      items.push(block);
      continue;
    }
    flush();
    out.push(toBlock(block, profile, context, tables));
  }
  flush();
  putBefore(blocks.length);
  return out.filter((text) => text !== '').join('\n\n');
}

/** The index of the first block that lies below `place`; what lies beside all blocks comes after them. */
function indexBelow(place: Box, blocks: readonly Block[]): number {
  const index = blocks.findIndex((block) => {
    const { x0, y0, x1 } = block.kind === 'table' ? block.table : block;
    return y0 >= place.y1 - 1 && x0 < place.x1 && x1 > place.x0;
  });
  return index < 0 ? blocks.length : index;
}

function toContext(region: Region, blocks: readonly Block[], profile: PdfProfile): InlineContext {
  const notes = new Set(profile.notes);
  for (const block of blocks) {
    const label = block.kind === 'text' ? noteLabel(block, profile.bodySize) : undefined;
    if (label) notes.add(label);
  }
  const bars = region.rules.filter((rule) => rule.y1 - rule.y0 < 2 && rule.x1 - rule.x0 > 2);
  return { links: region.links, bars, notes, hyphenates: profile.hyphenates };
}

function toBlock(block: Block, profile: PdfProfile, context: InlineContext, tables?: TableStyle): string {
  if (block.kind === 'table') return tableMarkdown(block.table, context, tables);
  const level = headingLevel(block, profile.headings, profile.bodySize);
  if (level !== undefined) {
    const dropItalic = block.lines.every(({ words }) => words.every(({ face }) => face.italic));
    const text = toInline(block.lines, context, { dropBold: true, dropItalic });
    return `${'#'.repeat(level)} ${text}`;
  }
  if (block.kind === 'code') return codeBlock(block.lines);
  const label = noteLabel(block, profile.bodySize);
  if (label !== undefined) return `[^${label}]: ${toInline(withoutLabel(block.lines), context)}`;
  return escapeLineStart(toInline(block.lines, context));
}

function withoutLabel(lines: readonly Line[]): Line[] {
  return lines.map((line, index) => (index === 0 ? { ...line, words: line.words.slice(1) } : line));
}

/** A longer fence than any in the code. */
function codeBlock(lines: readonly Line[]): string {
  const left = Math.min(...lines.map((line) => line.x0));
  const longest = lines.reduce((best, line) => (lineText(line).length > lineText(best).length ? line : best));
  const advance = Math.max(1, (longest.x1 - longest.x0) / Math.max(1, lineText(longest).length));
  const text = lines.map((line) => codeLine(line, left, advance)).join('\n');
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}\n${text}\n${fence}`;
}

/** The words at their columns, so that indents and alignment stay. */
function codeLine(line: Line, left: number, advance: number): string {
  let text = '';
  for (const word of line.words) {
    const column = Math.round((word.x0 - left) / advance);
    const least = text === '' || word.joined ? text.length : text.length + 1;
    text = text.padEnd(Math.max(column, least)) + word.text;
  }
  return text;
}
