/** Puts a page's pictures into what the vision model wrote: before their captions, which it was asked to keep. */

import type { Figure } from '../figures/figures.ts';
import type { Block } from '../layout/blocks.ts';
import { labelOf } from '../markdown/caption.ts';
import { splitBlocks } from '../markdown/continue-block.ts';
import { captionTextOf, figureMarkdown } from '../markdown/figure.ts';

/** `blocks` are the page's own, by which captions are found; a picture without one, or whose caption the model left out, comes last. */
export function withFigures(
  markdown: string,
  figures: readonly Figure[],
  blocks: readonly Block[] = [],
): string {
  const written = splitBlocks(markdown);
  const before = new Map<number, string[]>();
  for (const figure of figures) {
    const index = captionIndex(written, captionTextOf(figure, blocks));
    before.set(index, [...(before.get(index) ?? []), figureMarkdown(figure, blocks)]);
  }
  const last = before.get(written.length) ?? [];
  return [...written.flatMap((block, index) => [...(before.get(index) ?? []), block]), ...last].join('\n\n');
}

/** Of the block that begins with the caption's label; else the end. */
function captionIndex(written: readonly string[], caption: string): number {
  const label = labelOf(caption)?.toLowerCase();
  const index = written.findIndex(
    (block) => label !== undefined && labelOf(plain(block))?.toLowerCase() === label,
  );
  return index < 0 ? written.length : index;
}

/** Without the marks of emphasis, headings and quotes. */
const plain = (block: string): string => block.replace(/[*_#>]/g, '').trimStart();
