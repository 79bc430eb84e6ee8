import { readEnv } from '../aws/env.ts';
import { putObject } from '../aws/store.ts';
import { latestKey } from '../run/keys.ts';
import type { Published } from '../run/published.ts';
import type { Ending } from '../run/run.ts';
import { resultOptionsJson } from '../run/run-id.ts';
import { type PublishedSlice, publishedSlices, sortedParts } from './facts.ts';
import { MemoryTally } from './memory-tally.ts';
import { publishIndex } from './publish-index.ts';
import type { Publishing } from './publishing.ts';
import { readFacts } from './sorted-lines.ts';
import { removeStrays } from './versions.ts';
import type { Work } from './work.ts';

/** Manifests whose outputs wait for a run without failures to be removed; beyond, the oldest ones' leftovers stay. */
const UNPRUNED_MAX = 100;

/** Every slice is published: writes what is made of all of them, then the pointer. Returns as `publishIndex`. */
export async function point(publishing: Publishing, work: Work): Promise<number | undefined> {
  const slices = await readPublished(publishing);
  const ending = await toEnding(publishing, slices);
  checkTotals(publishing, ending);
  if (hasNothingToShow(publishing, slices)) return undefined;
  const next = await publishIndex(publishing, work);
  if (next !== undefined) return next;
  if (publishing.kind.isVersioned) await removeStrays(publishing, work);
  work.lease.check();
  await pointTo(publishing, ending);
  return undefined;
}

export const readPublished = async ({ workspace }: Publishing): Promise<PublishedSlice[]> =>
  publishedSlices.parse(await readFacts(workspace, 'publish'));

/** When all failed, and with nothing to show, what readers saw before stands. */
export function hasNothingToShow({ turn, group }: Publishing, slices: readonly PublishedSlice[]): boolean {
  const isAllFailed = group.failed > 0 && group.ok === 0 && group.unchanged === 0;
  return turn.previous !== undefined && isAllFailed && !slices.some(({ hasOutputs }) => hasOutputs);
}

export async function toEnding(
  { group, parts, manifest, workspace }: Publishing,
  slices: readonly PublishedSlice[],
): Promise<Ending> {
  const sum = (of: (slice: PublishedSlice) => number): number =>
    slices.reduce((total, slice) => total + of(slice), 0);
  const tally = new MemoryTally();
  const sorted = parts.length > 0 ? sortedParts.parse(await readFacts(workspace, 'sort')) : [];
  for (const { peaks } of sorted) for (const [sizeMb, peakMb] of peaks) tally.add(sizeMb, peakMb);
  const failed = sum(({ items }) => items.failed);
  return {
    state: failed > 0 ? 'completed_with_failures' : 'completed',
    items: {
      total: sum(({ items }) => items.total),
      ok: sum(({ items }) => items.ok),
      failed,
      unchanged: sum(({ items }) => items.unchanged),
    },
    omitted: Object.keys(group.omitted).length > 0 ? group.omitted : undefined,
    clusters: (group.calls?.planned || (group.clusters ?? 0)) + sum(({ clusters }) => clusters),
    groups: 1 + sum(({ groups }) => groups),
    manifest,
    memory: tally.report(),
  };
}

function checkTotals({ group }: Publishing, { items }: Ending): void {
  if (items?.ok === group.ok && items.failed === group.failed && items.unchanged === group.unchanged) return;
  throw new Error(`the ledger counts ${JSON.stringify(group)}, the manifest ${JSON.stringify(items)}`);
}

export function toPublished({ run, kind, older, manifest }: Publishing, { items }: Ending): Published {
  const unpruned = items?.failed === 0 ? [] : older.filter((each) => each !== manifest);
  return {
    order: run.order,
    run: run.run,
    generation: run.generation,
    kindVersion: kind.version,
    options: resultOptionsJson(kind, run.options),
    manifest,
    unpruned: unpruned.slice(-UNPRUNED_MAX),
  };
}

async function pointTo(
  { run, prefix, places }: Publishing,
  { state, items, manifest }: Ending,
): Promise<void> {
  const { run: id, generation, kind, name, source } = run;
  const latest = { run: id, generation, kind, name, state, source, items, manifest, prefix: places.prefix };
  const body = `${JSON.stringify(latest, null, 2)}\n`;
  await putObject(readEnv(['results']).results, latestKey(prefix), body, 'application/json');
}
