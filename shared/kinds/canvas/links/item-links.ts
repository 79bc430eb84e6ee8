import type { ItemLinks, Listing } from '../schema.ts';
import type { LinkIndex, LinkTarget } from './link-index.ts';
import { relativeLink } from './paths.ts';

/** What lies at the end of a link. */
interface Destination {
  readonly listing: Listing;
  /** Is it converted? Then the link leads to its Markdown. */
  readonly isConverted: boolean;
}

export type DestinationOf = (path: string) => Destination | undefined;

export const MODULES = 'modules.md';

/**
 * Where the links of an item lead from its Markdown: to other Markdown of the results; of what has none to its address in Canvas, or to where
 * the file lies when the archive is unpacked over the results. What students see does not lead to what they don't.
 */
export function itemLinks(
  links: readonly string[],
  from: { readonly path: string; readonly listing: Listing },
  index: LinkIndex,
  destinationOf: DestinationOf,
): ItemLinks {
  const targets: Record<string, string> = {};
  const dead: { link: string; why: string }[] = [];
  for (const link of links) {
    const found = written(index.find(link, from.path), from.listing, destinationOf);
    if (found === undefined) continue;
    targets[link] = found.target;
    if (found.why !== undefined) dead.push({ link, why: found.why });
  }
  return { targets, dead };
}

/** Undefined for what stays as it is. */
function written(
  target: LinkTarget,
  from: Listing,
  destinationOf: DestinationOf,
): { target: string; why?: string } | undefined {
  switch (target.type) {
    case 'elsewhere':
      return undefined;
    case 'url':
      return { target: target.url };
    case 'dead':
      return { target: '', why: target.why };
    case 'modules':
      return { target: relativeLink(from.output, MODULES) + target.fragment };
    case 'path':
      return toFile(target.path, target.fragment, from, destinationOf(target.path));
    default:
      return target satisfies never;
  }
}

function toFile(
  path: string,
  fragment: string,
  from: Listing,
  destination: Destination | undefined,
): { target: string; why?: string } {
  if (destination === undefined) return { target: '', why: 'the course has no such file' };
  const { listing, isConverted } = destination;
  if (from.published && !listing.published) return { target: '', why: `not published: ${listing.reason}` };
  if (isConverted) return { target: relativeLink(from.output, listing.output) + fragment };
  if (listing.url !== undefined) return { target: listing.url };
  return { target: relativeLink(from.output, `${folderName(listing)}/${path}`) };
}

function folderName({ published }: Listing): string {
  return published ? 'content' : 'unpublished';
}
