import { copyPath } from '../formats.ts';
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
  const tally = new LinkTally();
  for (const link of links) {
    if (tally.isFull) tally.add(link, TOO_MANY);
    else tally.add(link, written(index.find(link, from.path), from.listing, destinationOf));
  }
  return tally.links();
}

class LinkTally {
  readonly #targets: Record<string, string> = {};
  readonly #dead: { link: string; why: string }[] = [];
  #deadCount = 0;
  #chars = 0;

  get isFull(): boolean {
    return this.#chars > MAX_CHARS;
  }

  add(link: string, found: Written | undefined): void {
    if (found === undefined) return;
    if (!this.isFull) this.#targets[link] = found.target;
    this.#chars += link.length + found.target.length;
    if (found.why === undefined) return;
    this.#deadCount += 1;
    if (this.#dead.length < MAX_DEAD) this.#dead.push({ link, why: found.why });
  }

  links(): ItemLinks {
    return { targets: this.#targets, dead: this.#dead, deadCount: this.#deadCount };
  }
}

/** Links and targets of one item travel in its message, which may have 1 MiB; a link in another script takes six times its length there. */
const MAX_CHARS = 120_000;
/** Dead links of one item that are named; all are counted. */
const MAX_DEAD = 50;

interface Written {
  readonly target: string;
  readonly why?: string;
}

const TOO_MANY: Written = { target: '', why: 'the page has too many links' };

/** Undefined for what stays as it is. */
function written(target: LinkTarget, from: Listing, destinationOf: DestinationOf): Written | undefined {
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
      return toFile(target.fragment, from, destinationOf(target.path));
    default:
      return target satisfies never;
  }
}

function toFile(fragment: string, from: Listing, destination: Destination | undefined): Written {
  if (destination === undefined) return { target: '', why: 'the course has no such file' };
  const { listing, isConverted } = destination;
  if (from.published && !listing.published) return { target: '', why: `not published: ${listing.reason}` };
  if (isConverted) return { target: relativeLink(from.output, listing.output) + fragment };
  if (listing.url !== undefined) return { target: listing.url };
  return { target: relativeLink(from.output, copyPath(listing)) };
}
