import { type Block, paragraph } from '../../../markdown/block.ts';
import { text } from '../../../markdown/inline.ts';
import type { Listing } from '../schema.ts';
import { titleBlock } from './item-text.ts';

/** A web link or tool: its title and its address. */
export function linkBlocks(listing: Listing, url: string | undefined): Block[] {
  const address = url === undefined ? 'The export does not say its address.' : [text(url, { link: url })];
  return [titleBlock(listing), paragraph(address)];
}
