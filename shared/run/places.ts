import type { Kind, Output } from '../kind.ts';
import { publishedKey, publishedPrefix, rootOf, stagedKey, versionsPrefix } from './keys.ts';

/** Where the outputs of one run lie. */
export interface Places {
  /** What the published keys of its outputs begin with. */
  readonly prefix: string;
  /** While the run works: under the group that the output's item is in. */
  staged(group: string, output: Pick<Output, 'path'>): string;
  /** For readers. @throws SmallbatchError KEY_TOO_LONG, KEY_RESERVED */
  published(output: Pick<Output, 'path'>): string;
}

/** The places of the run that `group` belongs to. A versioned kind's outputs are written where they stay, from any group. */
export function placesOf(kind: Pick<Kind, 'name' | 'isVersioned'>, name: string, group: string): Places {
  const common = publishedPrefix(kind.name, name);
  const prefix = kind.isVersioned ? `${versionsPrefix(common)}${rootOf(group)}/` : common;
  const published = (output: Pick<Output, 'path'>): string => publishedKey(prefix, output);
  if (kind.isVersioned) return { prefix, published, staged: (_, output) => published(output) };
  return { prefix, published, staged: (within, { path }) => stagedKey(within, path) };
}
