import { completeCluster, resumeCluster } from './complete.ts';
import { readEnv } from './env.ts';
import type { Expanded } from './expanded.ts';
import { getGroup } from './group.ts';
import { runItem } from './item.ts';
import { toChildId } from './join.ts';
import { childGroup, expandedKey } from './keys.ts';
import type { Item, ItemResult } from './kind.ts';
import { kindNamed } from './kinds/index.ts';
import type { ClusterMessage } from './message.ts';
import { planGroup } from './plan.ts';
import { putObject } from './store.ts';

/** A child group larger than this would not be planned within one invocation. */
const EXPANDED_ITEMS_MAX = 50_000;

/** An item that expands, and its children. */
interface Expanding {
  readonly item: Item;
  readonly items: readonly Item[];
}

export interface Delivery {
  /** From 1; over 1 means that an earlier attempt failed or a message came twice. */
  readonly receiveCount: number;
  readonly signal: AbortSignal;
  outOfTime(): boolean;
}

export interface ClusterSummary {
  readonly ok: number;
  readonly failed: number;
  readonly expanded: number;
}

/**
 * Runs the items of one cluster and makes their results final. If some expand, the cluster stays open: its index is
 * recorded when the child group is joined.
 */
export async function processCluster(
  message: ClusterMessage,
  delivery: Delivery,
): Promise<ClusterSummary | 'resumed'> {
  if (delivery.receiveCount > 1 && (await resume(message, delivery))) return 'resumed';
  const results: ItemResult[] = [];
  const expansions: Expanding[] = [];
  for (const item of message.items as Item[]) {
    const outcome = await runItem({ ...message, item }, delivery.signal);
    if (outcome.type === 'result') results.push(outcome.result);
    else expansions.push({ item, items: outcome.items });
  }
  if (expansions.length > 0) await expandCluster(message, results, expansions, delivery);
  else await completeCluster(message, results);
  const failed = results.filter((result) => result.status === 'failed').length;
  return { ok: results.length - failed, failed, expanded: expansions.length };
}

/** After a crash: what an earlier delivery made final, or planned, is not done again. */
async function resume(message: ClusterMessage, delivery: Delivery): Promise<boolean> {
  if (await resumeCluster(message)) return true;
  const child = await getGroup(childGroup(message.group, message.index));
  if (child.clusters === undefined) return false;
  await planChildGroup(message, [], delivery);
  return true;
}

async function expandCluster(
  message: ClusterMessage,
  results: readonly ItemResult[],
  expansions: readonly Expanding[],
  delivery: Delivery,
): Promise<void> {
  const group = childGroup(message.group, message.index);
  const expanded: Expanded = {
    results: [...results],
    expansions: expansions.map(({ item, items }) => ({ item, items: items.length })),
  };
  await putObject(
    readEnv(['results']).results,
    expandedKey(group),
    JSON.stringify(expanded),
    'application/json',
  );
  await planChildGroup(message, expansions, delivery);
}

async function planChildGroup(
  message: ClusterMessage,
  expansions: readonly Expanding[],
  delivery: Delivery,
): Promise<void> {
  const { run, generation, kind, source, options } = message;
  const group = childGroup(message.group, message.index);
  const outcome = await planGroup({
    header: { run, generation, group, kind, source, options },
    kind: kindNamed(kind),
    entries: () => childEntries(expansions),
    isUnchanged: () => false,
    outOfTime: delivery.outOfTime,
  });
  if (outcome === 'handed on') throw new Error(`the child group ${group} needs another delivery to be sent`);
}

async function* childEntries(expansions: readonly Expanding[]): AsyncIterable<{ item: Item }> {
  const total = expansions.reduce((sum, { items }) => sum + items.length, 0);
  if (total > EXPANDED_ITEMS_MAX) {
    throw new Error(`expected an expansion of at most ${EXPANDED_ITEMS_MAX} items, found ${total}`);
  }
  for (const { item, items } of expansions) {
    for (const child of items) yield { item: { ...child, id: toChildId(item, child) } };
  }
}
