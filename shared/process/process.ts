import { type Failure, newFailure } from '../errors.ts';
import type { Item, ItemResult, Kind } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';
import { tierAbove } from '../plan/pack.ts';
import { getGroup } from '../run/group.ts';
import { childGroup } from '../run/keys.ts';
import type { ClusterMessage } from '../run/message.ts';
import { completeCluster, failed, resumeCluster, toResult } from '../run/results.ts';
import { processCalls } from './calls.ts';
import { CHILDREN_MAX, type Expansion, expandCluster, planChildGroup, toSame } from './expanded.ts';
import type { Guard } from './guard.ts';
import { type Attempt, setPointer, takePointerBack, wasKilled } from './suspect.ts';

/** Kept of the function's time for storing results and recording the cluster. */
const RECORD_MS = 5_000;

export interface Delivery {
  readonly messageId: string;
  /** From 1; over 1 means that an earlier delivery failed or was killed. */
  readonly receiveCount: number;
  /** What runs the items. */
  readonly guard: Guard;
  /** Of the function's time limit. */
  remainingMs(): number;
  outOfTime(): boolean;
}

/** One line a cluster, for the log. */
export interface ClusterSummary {
  readonly ok: number;
  readonly failed: number;
  readonly expanded: number;
  readonly resumed?: boolean;
  readonly isolated?: boolean;
}

const NOTHING: ClusterSummary = { ok: 0, failed: 0, expanded: 0 };

/**
 * Runs the items of one cluster and makes their results final. Items that expand, outgrow this tier or find no time go on
 * in a child group; the cluster's index is then recorded when that is joined.
 *
 * A second delivery of several items means that one of them may kill the function: each goes on alone. An item that is
 * alone runs behind a write-ahead pointer, and is quarantined when it was killed again.
 */
export async function processCluster(message: ClusterMessage, delivery: Delivery): Promise<ClusterSummary> {
  const [first, ...others] = message.items;
  if (!first) return NOTHING;
  if (delivery.receiveCount > 1 && (await resume(message, delivery))) return { ...NOTHING, resumed: true };
  if (kindNamed(message.kind).limits.cluster.calls !== undefined)
    return await processCalls(message, delivery);
  const isRedelivered = delivery.receiveCount > 1;
  if (isRedelivered && others.length > 0) return await isolate(message, delivery);
  if (isRedelivered || first.placement?.isSuspect) return await runSuspect(message, first, delivery);
  return await runItems(message, delivery);
}

/** After a crash: what an earlier delivery made final, or planned, is not done again. */
async function resume(message: ClusterMessage, delivery: Delivery): Promise<boolean> {
  if (await resumeCluster(message)) return true;
  const child = await getGroup(childGroup(message.group, message.index));
  if (child.clusters === undefined) return false;
  await planChildGroup(message, [], delivery.outOfTime);
  return true;
}

async function isolate(message: ClusterMessage, delivery: Delivery): Promise<ClusterSummary> {
  const expansions = message.items.map((item) => toSame(item, { isSuspect: true }));
  await expandCluster(message, [], expansions, delivery.outOfTime);
  return { ...NOTHING, expanded: expansions.length, isolated: true };
}

async function runSuspect(message: ClusterMessage, item: Item, delivery: Delivery): Promise<ClusterSummary> {
  const attempt: Attempt = { group: message.group, index: message.index, messageId: delivery.messageId };
  if (await wasKilled(attempt)) {
    const kind = kindNamed(message.kind);
    const quarantined = failed(
      newFailure('QUARANTINED', 'the function was killed each time while this item was at work'),
    );
    await completeCluster(message, [toResult(kind, item, quarantined, performance.now())]);
    return { ...NOTHING, failed: 1 };
  }
  await setPointer(attempt);
  try {
    return await runItems(message, delivery);
  } finally {
    await takePointerBack(attempt);
  }
}

async function runItems(message: ClusterMessage, delivery: Delivery): Promise<ClusterSummary> {
  const kind = kindNamed(message.kind);
  const results: ItemResult[] = [];
  const expansions: Expansion[] = [];
  for (const item of message.items) {
    const outcome = await runOne(message, item, kind, delivery);
    if (!('how' in outcome)) results.push(outcome);
    else if (hasRoomFor(outcome, expansions)) expansions.push(outcome);
    else results.push(toResult(kind, item, failed(tooManyChildren(outcome)), performance.now()));
  }
  if (expansions.length > 0) await expandCluster(message, results, expansions, delivery.outOfTime);
  else await completeCluster(message, results);
  const failures = results.filter(({ status }) => status === 'failed').length;
  return { ok: results.length - failures, failed: failures, expanded: expansions.length };
}

function hasRoomFor({ children }: Expansion, expansions: readonly Expansion[]): boolean {
  const others = expansions.reduce((sum, each) => sum + each.children.length, 0);
  return others + children.length <= CHILDREN_MAX;
}

function tooManyChildren({ children }: Expansion): Failure {
  const message = `expected the expanded items of one cluster to have at most ${CHILDREN_MAX} children, found ${children.length} more`;
  return newFailure('ITEM_TOO_LARGE', message);
}

async function runOne(
  message: ClusterMessage,
  item: Item,
  kind: Kind,
  delivery: Delivery,
): Promise<ItemResult | Expansion> {
  if (item.failure) return toResult(kind, item, failed(item.failure), performance.now());
  const timeoutMs = Math.min(kind.limits.itemSeconds * 1000, delivery.remainingMs() - RECORD_MS);
  const isFirst = item === message.items[0];
  // Too late for an item that takes its whole time: it goes on elsewhere, rather than to be blamed for the others' time.
  if (!isFirst && timeoutMs < kind.limits.itemSeconds * 1000) return toSame(item, {});
  const outcome = await delivery.guard.run({ ...message, item }, timeoutMs);
  if (outcome.type === 'expand') return { how: 'join', item, children: outcome.items };
  const above = tierAbove(message.kind, message.memoryMb);
  const isTooLarge = outcome.result.failure?.code === 'OUT_OF_MEMORY';
  return isTooLarge && above !== undefined ? toSame(item, { memoryMb: above }) : outcome.result;
}
