/** A page laid out in all its directions, and how much of its text is in no block. */
import type { PdfProfile } from '../facts-schema.ts';
import type { LeftOut } from '../page-result.ts';
import { type Box, type Line, type PageContent, type Region, regionsOf, type Word } from '../read/words.ts';
import type { Block } from './blocks.ts';
import { type LaidOut, layOut } from './page-layout.ts';

export interface LaidOutRegion extends LaidOut {
  readonly region: Region;
}

export interface PageLayout {
  readonly level: LaidOutRegion;
  readonly turned: readonly (LaidOutRegion & { readonly place: Box })[];
  readonly leftOut: LeftOut;
}

export function layOutPage(
  content: PageContent,
  { running, bodySize }: Pick<PdfProfile, 'running' | 'bodySize'>,
): PageLayout {
  const level = { region: content, ...layOut(content, running, bodySize) };
  const turned = content.turned.map((region) => ({
    region,
    place: region.place,
    ...layOut(region, running, bodySize),
  }));
  return { level, turned, leftOut: countLeftOut(content, [level, ...turned]) };
}

/** By the words' order, which is unique on a page: a word is in a block, in a running head, or lost. */
function countLeftOut(content: PageContent, parts: readonly LaidOutRegion[]): LeftOut {
  const placed = ordersOf(parts.flatMap(({ blocks }) => blocks.flatMap(linesOf)));
  const heads = ordersOf(parts.flatMap((part) => [...part.running]));
  const words = regionsOf(content).flatMap(({ lines }) => lines.flatMap((line) => line.words));
  const missing = words.filter(({ order }) => !placed.has(order));
  const running = charsOf(missing.filter(({ order }) => heads.has(order)));
  const unplaced = charsOf(missing) - running;
  return { ...content.unseen, ...(running > 0 && { running }), ...(unplaced > 0 && { unplaced }) };
}

export function charsOf(words: readonly Word[]): number {
  return words.reduce((sum, { text }) => sum + text.length, 0);
}

function ordersOf(lines: readonly Line[]): Set<number> {
  return new Set(lines.flatMap(({ words }) => words.map(({ order }) => order)));
}

function linesOf(block: Block): readonly Line[] {
  if (block.kind === 'table') return block.table.rows.flatMap((row) => row.flatMap(({ lines }) => lines));
  return block.whole ? [block.whole, ...block.lines] : block.lines;
}
