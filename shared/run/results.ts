import * as z from 'zod';
import { readEnv } from '../aws/env.ts';
import { getJsonLines, putObjectOnce } from '../aws/store.ts';
import { toJsonLine } from '../json/lines.ts';
import type { Item, ItemResult, Kind, Outcome } from '../kind.ts';
import { completeGroup } from './group.ts';
import { resultKey } from './keys.ts';
import { type Counters, recordCluster } from './ledger.ts';
import { type ClusterMessage, parsedFailure } from './message.ts';

/** A cluster's place in its group. */
export type Place = Pick<ClusterMessage, 'run' | 'generation' | 'group' | 'index' | 'clusters'>;

export const output = z.object({
  path: z.string(),
  bytes: z.number(),
  contentType: z.string(),
  sha256: z.string().optional(),
});

/** One line of a result object or a manifest. */
export const itemResult: z.ZodType<ItemResult> = z.object({
  id: z.string(),
  identity: z.string(),
  status: z.enum(['ok', 'failed', 'unchanged']),
  outputs: z.array(output),
  detail: z.record(z.string(), z.json()).optional(),
  failure: parsedFailure.optional(),
  stale: z.boolean().optional(),
  ms: z.number(),
  memory: z.object({ sizeMb: z.number(), peakMb: z.number() }).optional(),
  expanded: z.object({ items: z.number(), groups: z.number(), clusters: z.number() }).optional(),
});

export type Done = Extract<Outcome, { type: 'done' }>;

export const failed = (failure: NonNullable<Done['failure']>): Done => ({
  type: 'done',
  outputs: [],
  failure,
});

/** One line for the result object: what was known of the item, and what `process` or `join` returned. `started` is in performance.now() ms. */
export function toResult(kind: Kind, item: Item, done: Done, started: number): ItemResult {
  const { outputs, failure } = done;
  const status = failure ? 'failed' : 'ok';
  const detail = kind.facts || done.detail ? { ...kind.facts?.(item), ...done.detail } : undefined;
  const ms = Math.round(performance.now() - started);
  return { id: item.id, identity: item.identity, status, outputs, detail, failure, ms };
}

/**
 * A cluster's results become final: stored once (whoever comes second gets the first one's), then recorded in the
 * ledger with exactly the counters of the stored object; the cluster that completes its group has it finished.
 */
export async function completeCluster(place: Place, results: readonly ItemResult[]): Promise<void> {
  const lines = results.map((result) => toJsonLine(result satisfies ItemResult)).join('');
  const key = resultKey(place.group, place.index);
  const isFirst = await putObjectOnce(readEnv(['results']).results, key, lines, 'application/x-ndjson');
  if (isFirst) await recordResults(place, toCounters(results));
  else await resumeCluster(place);
}

/** Records a cluster whose results are stored already; false when there are none. */
export async function resumeCluster(place: Place): Promise<boolean> {
  const stored = await readResults(place.group, place.index);
  if (!stored) return false;
  await recordResults(place, toCounters(await Array.fromAsync(stored)));
  return true;
}

async function recordResults(place: Place, counters: Counters): Promise<void> {
  const sums = await recordCluster(place.group, place.clusters, place.index, counters);
  if (sums) await completeGroup(place.run, place.generation, place.group, sums);
}

/** The results of one cluster, streamed; undefined when it has none yet. */
export async function readResults(
  group: string,
  index: number,
): Promise<AsyncIterable<ItemResult> | undefined> {
  const lines = await getJsonLines(readEnv(['results']).results, resultKey(group, index));
  return lines && parseResults(lines);
}

/** The results of one cluster. @throws Error when it has none */
export async function* resultsOf(group: string, index: number): AsyncIterable<ItemResult> {
  const results = await readResults(group, index);
  if (!results) throw new Error(`expected the results of cluster ${index} of ${group}, found none`);
  yield* results;
}

export async function* parseResults(lines: AsyncIterable<unknown>): AsyncIterable<ItemResult> {
  for await (const line of lines) yield itemResult.parse(line);
}

function toCounters(results: readonly ItemResult[]): Counters {
  const counters = { ok: 0, failed: 0, bytes: 0 };
  for (const { status, outputs } of results) {
    if (status === 'failed') counters.failed++;
    else counters.ok++;
    for (const { bytes } of outputs) counters.bytes += bytes;
  }
  return counters;
}
