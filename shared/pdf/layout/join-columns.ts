/** Paragraphs that go on from the foot of one column to the head of the next. */

import { boundsOf, lineText } from '../read/words.ts';
import type { Block, Chunk } from './blocks.ts';
import { headingStyleOf } from './headings.ts';
import { noteLabel } from './notes.ts';

export function joinColumns(columns: readonly (readonly Block[])[], bodySize: number): Block[] {
  const joined: Block[] = [];
  for (const column of columns) {
    const [first, ...rest] = column;
    const index = joined.findLastIndex((block) => !isNote(block, bodySize));
    const last = joined[index];
    const isSame = first && last && goesOn(last, first, bodySize);
    if (isSame && first.kind === 'text' && last.kind !== 'table') {
      joined[index] = merge(last, first);
      joined.push(...rest);
    } else joined.push(...column);
  }
  return joined;
}

function isNote(block: Block, bodySize: number): boolean {
  return block.kind === 'text' && noteLabel(block, bodySize) !== undefined;
}

function goesOn(last: Block, first: Block, bodySize: number): boolean {
  if (last.kind === 'table' || last.kind === 'code' || first.kind !== 'text') return false;
  if (headingStyleOf(last, bodySize) || headingStyleOf(first, bodySize)) return false;
  const [before, after] = [last.lines.at(-1), first.lines[0]];
  if (!before || !after || Math.abs(before.size - after.size) > 0.6) return false;
  return isOpenEnd(lineText(before)) && isOpenStart(lineText(after));
}

function isOpenEnd(text: string): boolean {
  return /[\p{L}\p{N},;\u00ad\u2010–—(-]$/u.test(text);
}

/** Small letters and scripts without capitals; a capital may begin a name as well as a paragraph. */
function isOpenStart(text: string): boolean {
  return /^[^\p{Lu}\p{Lt}•◦▪]/u.test(text);
}

function merge(last: Chunk, first: Chunk): Chunk {
  const lines = [...last.lines, ...first.lines];
  return { ...last, ...boundsOf(lines), lines };
}
