import type { Block } from './block.ts';
import { addBlock } from './sink.ts';
import { MarkdownWriter } from './writer.ts';

/** Blocks as a Markdown document; it ends with a line feed if there is anything in it. */
export function toMarkdown(blocks: Iterable<Block>): string {
  const writer = new MarkdownWriter();
  for (const block of blocks) addBlock(writer, block);
  return writer.end();
}
