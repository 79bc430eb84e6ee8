import { type Block, heading, paragraph } from '../../../markdown/block.ts';
import { htmlBlocks } from '../../../text/html.ts';
import { namedBy } from '../links/token.ts';
import type { ItemLinks, Listing } from '../schema.ts';

/** Where a link of an item leads from its Markdown; undefined keeps it. Canvas' tokens never stay: no one can follow them. */
export type Resolve = (link: string) => string | undefined;

export function resolverOf(links: ItemLinks | undefined): Resolve {
  const targets = new Map(Object.entries(links?.targets ?? {}));
  return (link) => targets.get(link) ?? (namedBy(link).type === 'elsewhere' ? undefined : '');
}

/** The heading that all items begin with. */
export function titleBlock({ title, type }: Listing): Block {
  return heading(1, title === '' ? `Untitled ${type}` : title);
}

/** HTML, or plain text whose empty lines part paragraphs. */
export function textBlocks(text: string, isHtml: boolean, resolve: Resolve): readonly Block[] {
  if (isHtml) return htmlBlocks(text, resolve);
  return text.trim() === '' ? [] : [paragraph(text.trim())];
}
