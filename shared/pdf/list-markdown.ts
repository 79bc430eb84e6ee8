/** Items that follow each other as a Markdown list, nested by where their text begins. */
import type { Chunk } from './chunks.ts';
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
      const size = item.lines[0]?.size ?? 10;
      while (levels.length > 0 && item.textX < (levels.at(-1)?.x ?? 0) - SAME_LEVEL_EM * size) levels.pop();
      const last = levels.at(-1);
      const isNested = last && item.textX > last.x + SAME_LEVEL_EM * size;
      const indent = isNested ? last.inner : (last?.indent ?? '');
      const marker = item.marker?.kind === 'number' ? item.marker.text : '-';
      const level = { x: item.textX, indent, inner: indent + ' '.repeat(marker.length + 1) };
      if (!isNested) levels.pop();
      levels.push(level);
      return `${indent}${marker} ${toInline(item.lines, context)}`;
    })
    .join('\n');
}
