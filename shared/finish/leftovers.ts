import * as z from 'zod';
import { readEnv } from '../aws/env.ts';
import { deleteObjects } from '../aws/store.ts';
import type { ItemResult } from '../kind.ts';
import { readIndexList, readManifestSlice } from '../run/manifest.ts';
import { toKeys } from '../run/outputs.ts';
import { sliceOf } from '../run/slice.ts';
import type { Decision } from './decide.ts';
import { type PublishedSlice, publishedSlices } from './facts.ts';
import type { Publishing } from './publishing.ts';
import { readFacts, readSlice } from './sorted-lines.ts';
import { type Sorted, Sorter } from './sorter.ts';
import type { Work } from './work.ts';

/** Keys removed in one call. */
const REMOVALS_AT_ONCE = 1000;

const pathLine = z.object({ path: z.string(), goes: z.boolean() });

interface DecidedSlice {
  readonly previous: readonly ItemResult[];
  readonly dead: readonly ItemResult[];
  readonly decisions: readonly Decision[];
}

/**
 * The paths that stay and those that earlier runs published and readers may not see any longer, for the step that compares them: a
 * path may have passed from one item to another. After a run without failures everything goes that it does not list. After one
 * with failures only what an item had before and now has elsewhere (a page that was hidden since): what the run does not speak of
 * may be missing by mistake. What a dead pass may have copied goes in any case.
 */
export async function sortPaths(
  publishing: Publishing,
  slice: number,
  { previous, dead, decisions }: DecidedSlice,
): Promise<{ readonly sorted: Sorted; readonly goes: number }> {
  const sorter = new Sorter(publishing.slices);
  // A data set of a version is removed as a whole, if at all.
  if (publishing.kind.isVersioned || !hasPast(publishing)) return { sorted: sorter.sorted(), goes: 0 };
  const stays = new Set(decisions.flatMap(({ line }) => line.outputs.map(({ path }) => path)));
  const settled = new Set(decisions.filter(({ settles }) => settles).map(({ line }) => line.id));
  const goes = new Set<string>();
  const see = ({ outputs }: ItemResult): void => {
    for (const { path } of outputs) if (!stays.has(path)) goes.add(path);
  };
  dead.forEach(see);
  const isSpokenOf = ({ id }: ItemResult): boolean => publishing.group.failed === 0 || settled.has(id);
  previous.filter(isSpokenOf).forEach(see);
  for (const manifest of publishing.older.slice(0, -1)) {
    for await (const line of readManifestSlice(manifest, slice, publishing.slices))
      if (isSpokenOf(line)) see(line);
  }
  for (const path of stays) sorter.add(path, { path, goes: false });
  for (const path of goes) sorter.add(path, { path, goes: true });
  return { sorted: sorter.sorted(), goes: goes.size };
}

const hasPast = ({ older, turn }: Publishing): boolean => older.length > 0 || turn.dead.length > 0;

/** In how many slices there may be something to remove. */
export function removalSlices(publishing: Publishing, published: readonly PublishedSlice[]): number {
  const { kind, slices, hasIndex } = publishing;
  if (kind.isVersioned) return 1;
  const isNeeded = published.some(({ goes }) => goes > 0) || (hasIndex && hasPast(publishing));
  return isNeeded ? slices : 0;
}

/** Removes what goes of one slice of the paths, and does not stay in another item's place. */
export async function removeLeftovers(publishing: Publishing, slice: number, { lease }: Work): Promise<void> {
  const { workspace, places } = publishing;
  const stays = new Set<string>();
  const goes = new Set<string>();
  const facts = publishedSlices.parse(await readFacts(workspace, 'publish'));
  for await (const line of readSlice(workspace, 'publish', facts, slice)) {
    const { path, goes: isGoing } = pathLine.parse(line);
    (isGoing ? goes : stays).add(path);
  }
  for await (const path of indexPaths(publishing, slice, [publishing.manifest])) stays.add(path);
  for await (const path of indexPaths(publishing, slice, toGoingIndexes(publishing))) goes.add(path);
  const keys = [...goes]
    .filter((path) => !stays.has(path))
    .flatMap((path) => toKeys(places.published({ path })));
  for (let start = 0; start < keys.length; start += REMOVALS_AT_ONCE) {
    lease.check();
    await deleteObjects(readEnv(['results']).results, keys.slice(start, start + REMOVALS_AT_ONCE));
  }
}

const toGoingIndexes = ({ group, older, turn }: Publishing): readonly string[] => [
  ...(group.failed === 0 ? older : []),
  ...turn.dead.map(({ manifest }) => manifest),
];

async function* indexPaths(
  { hasIndex, slices }: Publishing,
  slice: number,
  manifests: readonly string[],
): AsyncIterable<string> {
  if (!hasIndex) return;
  for (const manifest of manifests) {
    for await (const { path } of readIndexList(manifest)) if (sliceOf(path, slices) === slice) yield path;
  }
}
