/** `2. Overview` in bold or large type between paragraphs is a heading, not a list of one item. */

import { isAllBold } from '../read/line-style.ts';
import { boundsOf } from '../read/words.ts';
import type { Block, Chunk } from './blocks.ts';

const MAX_LINES = 2;
const LARGER = 1.06;

/** The block as a text block with its number, if it is such a heading; `neighbours` are the blocks around it. */
export function toNumberedHeading(
  block: Block,
  neighbours: readonly (Block | undefined)[],
  bodySize: number,
): Block {
  if (block.kind !== 'item' || block.marker?.kind !== 'number' || !block.whole) return block;
  if (neighbours.some((other) => other?.kind === 'item' && isTitle(other, bodySize))) return block;
  if (!isTitle(block, bodySize)) return block;
  const lines = [block.whole, ...block.lines.slice(1)];
  return { ...boundsOf(lines), kind: 'text', lines, textX: block.whole.x0 };
}

function isTitle({ lines }: Chunk, bodySize: number): boolean {
  if (lines.length > MAX_LINES) return false;
  return lines.every(isAllBold) || lines.every((line) => line.size >= bodySize * LARGER);
}
