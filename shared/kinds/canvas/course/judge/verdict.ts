import type { MetadataEntry } from '../metadata.ts';
import type { Place } from './places.ts';

/** What is known of a file or item when all sources are joined. */
export interface Verdict {
  readonly path: string;
  readonly title: string;
  /** Why it is published, or why not. */
  readonly reason: string;
  readonly isPublished: boolean;
  /** Why not even a link leads there. */
  readonly closedBy: string | undefined;
  readonly places: readonly Place[];
  readonly url: string | undefined;
}

/** What metadata.json says: the first that hides counts. */
export interface FromMetadata {
  readonly closedBy: string | undefined;
  readonly hiddenBy: string | undefined;
  readonly url: string | undefined;
}

export function joinedMetadata(entries: readonly (MetadataEntry | undefined)[]): FromMetadata {
  return {
    closedBy: firstOf(entries.map((entry) => entry?.closedBy)),
    hiddenBy: firstOf(entries.map((entry) => entry?.hiddenBy)),
    url: firstOf(entries.map((entry) => entry?.url)),
  };
}

function firstOf(values: readonly (string | undefined)[]): string | undefined {
  return values.find((value) => value !== undefined);
}
