import { Unavailable } from '../aws/service-fault.ts';
import { type Failure, newFailure } from '../errors.ts';
import type { Item, ItemResult, Kind } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';
import { tierAbove } from '../plan/pack.ts';
import { getAttempts, marked } from '../run/attempt.ts';
import { Bill } from '../run/budget.ts';
import type { ClusterMessage } from '../run/message.ts';
import { completeCluster, failed, resumeCluster, toResult } from '../run/results.ts';
import { findRun, hasEnded } from '../run/run.ts';
import { processCalls } from './calls.ts';
import { CHILDREN_MAX, type Expansion, expandCluster, resumeChildGroup, toSame } from './expanded.ts';
import type { Guard } from './guard.ts';

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

/** With what the cluster costs. */
interface Work extends Delivery {
  readonly bill: Bill;
}

/** One line a cluster, for the log. */
export interface ClusterSummary {
  readonly ok: number;
  readonly failed: number;
  readonly expanded: number;
  readonly resumed?: boolean;
  readonly isolated?: boolean;
  /** The run had ended, or gone on to another generation: nothing was done. */
  readonly isOver?: boolean;
}

const NOTHING: ClusterSummary = { ok: 0, failed: 0, expanded: 0 };

/**
 * Runs the items of one cluster and makes their results final. Items that expand, outgrow this tier or find no time go on
 * in a child group; the cluster's index is then recorded when that is joined.
 *
 * From its second delivery on, a cluster runs behind a mark. Who finds the mark of the delivery before knows that it was killed
 * at work: several items then go on alone each, and one that was alone already is quarantined.
 */
export async function processCluster(message: ClusterMessage, delivery: Delivery): Promise<ClusterSummary> {
  const run = await findRun(message.run);
  if (!run || hasEnded(run) || run.generation !== message.generation) return { ...NOTHING, isOver: true };
  const isFirst = delivery.receiveCount === 1;
  if (!isFirst && (await resume(message, delivery))) return { ...NOTHING, resumed: true };
  const bill = await Bill.open(message);
  if (bill.over) return await leaveOut(message, bill.over);
  try {
    return await work(message, { ...delivery, bill });
  } finally {
    await bill.pay();
  }
}

async function work(message: ClusterMessage, delivery: Work): Promise<ClusterSummary> {
  const isFirst = delivery.receiveCount === 1;
  if (kindNamed(message.kind).limits.cluster.calls !== undefined)
    return await processCalls(message, delivery);
  const isSuspect = message.items[0]?.placement?.isSuspect === true;
  return isFirst && !isSuspect ? await runItems(message, delivery) : await runMarked(message, delivery);
}

/** After a crash: what an earlier delivery made final, or planned, is not done again. */
async function resume(message: ClusterMessage, delivery: Delivery): Promise<boolean> {
  return (await resumeCluster(message)) || (await resumeChildGroup(message, delivery.outOfTime));
}

async function runMarked(message: ClusterMessage, delivery: Work): Promise<ClusterSummary> {
  const { messageId } = delivery;
  const wasKilled = (await getAttempts(message)).mark === messageId;
  if (wasKilled && message.items.length > 1) return await isolate(message, delivery);
  if (wasKilled) return await quarantine(message);
  return await marked({ ...message, messageId }, () => runItems(message, delivery));
}

async function isolate(message: ClusterMessage, delivery: Delivery): Promise<ClusterSummary> {
  const expansions = message.items.map((item) => toSame(item, { isSuspect: true }));
  await expandCluster(message, [], expansions, delivery.outOfTime);
  return { ...NOTHING, expanded: expansions.length, isolated: true };
}

/** Fails every item alike. */
async function leaveOut(message: ClusterMessage, failure: Failure): Promise<ClusterSummary> {
  const kind = kindNamed(message.kind);
  const results = message.items.map((item) =>
    toResult(kind, item, failed(item.failure ?? failure), performance.now()),
  );
  await completeCluster(message, results);
  return { ...NOTHING, failed: results.length };
}

async function quarantine(message: ClusterMessage): Promise<ClusterSummary> {
  const why = 'the function was killed each time while this item was at work';
  return await leaveOut(message, newFailure('QUARANTINED', why));
}

async function runItems(message: ClusterMessage, delivery: Work): Promise<ClusterSummary> {
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
  delivery: Work,
): Promise<ItemResult | Expansion> {
  const why = item.failure ?? delivery.bill.over;
  if (why) return toResult(kind, item, failed(why), performance.now());
  const timeoutMs = Math.min(kind.limits.itemSeconds * 1000, delivery.remainingMs() - RECORD_MS);
  const isFirst = item === message.items[0];
  // Too late for an item that takes its whole time: it goes on elsewhere, rather than to be blamed for the others' time.
  if (!isFirst && timeoutMs < kind.limits.itemSeconds * 1000) return toSame(item, {});
  const outcome = await delivery.guard.run({ ...message, item, left: delivery.bill.left }, timeoutMs);
  if (outcome.type === 'unavailable') throw new Unavailable(`${item.id}: ${outcome.reason}`);
  if (outcome.type === 'result' && outcome.spent) delivery.bill.note(outcome.spent);
  if (outcome.type === 'expand') return { how: 'join', item, children: outcome.items };
  const above = tierAbove(message.kind, message.memoryMb);
  const isTooLarge = outcome.result.failure?.code === 'OUT_OF_MEMORY';
  return isTooLarge && above !== undefined ? toSame(item, { memoryMb: above }) : outcome.result;
}
