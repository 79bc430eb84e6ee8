import * as z from 'zod';
import { anyOf, isAbsent, lacks } from '../aws/condition.ts';
import { getRow, type Row, updateRow } from '../aws/table.ts';

/**
 * Completion: the set tree. Clusters of a group lie in blocks of 128; a block is one record with the set of the indexes
 * that are done and the sums of their counters. ONE conditional call records a cluster: the set is its own idempotency
 * marker, so a redelivery changes nothing. The call that fills a block makes the same call on the parent block, up to
 * the root; a redelivered cluster whose index is there already still climbs, because the crash may have come between.
 */
export const BLOCK_CLUSTERS = 128;

export interface Counters {
  readonly ok: number;
  readonly failed: number;
  /** Bytes of all outputs. */
  readonly bytes: number;
}

const block = z.object({
  done: z.set(z.number()).default(() => new Set<number>()),
  ok: z.number().default(0),
  failed: z.number().default(0),
  bytes: z.number().default(0),
});
type Block = z.infer<typeof block>;

/** How many children the block `n` of `level` has, in a group of `clusters` clusters. */
export function blockTotal(clusters: number, level: number, n: number): number {
  const children = Math.ceil(clusters / BLOCK_CLUSTERS ** level);
  return Math.min(BLOCK_CLUSTERS, children - n * BLOCK_CLUSTERS);
}

/** The level of a group's root block: 0 for up to 128 clusters, 1 for up to 16,384, … */
export function rootLevel(clusters: number): number {
  let level = 0;
  while (Math.ceil(clusters / BLOCK_CLUSTERS ** (level + 1)) > 1) level++;
  return level;
}

/**
 * Records cluster `index` of a group of `clusters` and climbs.
 * Returns the group's exact counters if every cluster is recorded now, else undefined.
 */
export async function recordCluster(
  group: string,
  clusters: number,
  index: number,
  counters: Counters,
): Promise<Counters | undefined> {
  let child = index;
  let sums = counters;
  for (let level = 0; level <= rootLevel(clusters); level++) {
    const n = Math.floor(child / BLOCK_CLUSTERS);
    const state = await addToBlock(blockKey(group, level, n), child % BLOCK_CLUSTERS, sums);
    if (state.done.size < blockTotal(clusters, level, n)) return undefined;
    sums = state;
    child = n;
  }
  return { ok: sums.ok, failed: sums.failed, bytes: sums.bytes };
}

async function addToBlock(pk: string, index: number, { ok, failed, bytes }: Counters): Promise<Block> {
  const added = await updateRow(pk, {
    add: { done: new Set([index]), ok, failed, bytes },
    condition: anyOf(isAbsent('done'), lacks('done', index)),
  });
  // The failed condition says only that the index is there: read back strongly (not every engine returns the old record).
  return parseBlock(added ?? (await getRow(pk)));
}

/** The indexes of plan part `part` (= block `part` of level 0) that are recorded. */
export async function recordedIndexes(group: string, part: number): Promise<ReadonlySet<number>> {
  const { done } = parseBlock(await getRow(blockKey(group, 0, part)));
  return new Set([...done].map((index) => part * BLOCK_CLUSTERS + index));
}

/** Clusters recorded so far, and their counters: one read for each level-0 block. For progress and for sweep. */
export async function groupProgress(
  group: string,
  clusters: number,
): Promise<Counters & { readonly clusters: number }> {
  const sums = { clusters: 0, ok: 0, failed: 0, bytes: 0 };
  for (let part = 0; part * BLOCK_CLUSTERS < clusters; part++) {
    const { done, ok, failed, bytes } = parseBlock(await getRow(blockKey(group, 0, part)));
    sums.clusters += done.size;
    sums.ok += ok;
    sums.failed += failed;
    sums.bytes += bytes;
  }
  return sums;
}

const blockKey = (group: string, level: number, n: number): string => `block#${group}#${level}#${n}`;

function parseBlock(row: Row | undefined): Block {
  return block.parse(row ?? {});
}
