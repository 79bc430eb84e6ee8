/** Items that follow each other as a Markdown list, nested by where their text begins. */
import type { Chunk } from '../layout/blocks.ts';
import { type InlineContext, toInline } from './inline.ts';

/** Texts that begin this close (in font sizes) are on one level. */
const SAME_LEVEL_EM = 0.9;

interface Level {
  readonly x: number;
  readonly indent: string;
  /** Indent of what is nested in it. */
  readonly inner: string;
}

export function toListMarkdown(items: readonly Chunk[], context: InlineContext): string {
  const levels: Level[] = [];
  return items
    .map((item) => {
      const marker = item.marker?.kind === 'number' ? item.marker.text : '-';
      return `${enter(levels, item, marker)}${marker} ${toInline(item.lines, context)}`;
    })
    .join('\n');
}

/** Moves to the item's level, opened or closed by where its text begins, and gives its indent. */
function enter(levels: Level[], item: Chunk, marker: string): string {
  const tolerance = SAME_LEVEL_EM * (item.lines[0]?.size ?? 10);
  while (levels.length > 1 && item.textX < (levels.at(-1)?.x ?? 0) - tolerance) levels.pop();
  const last = levels.at(-1);
  const isNested = last !== undefined && item.textX > last.x + tolerance;
  const indent = isNested ? last.inner : (last?.indent ?? '');
  if (!isNested) levels.pop();
  levels.push({ x: item.textX, indent, inner: indent + ' '.repeat(marker.length + 1) });
  return indent;
}
