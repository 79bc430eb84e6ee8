import { readEnv } from '../aws/env.ts';
import { clusterQueueUrl, sendMessages, tierFor } from '../aws/queue.ts';
import { getJsonLines } from '../aws/store.ts';
import type { Failure } from '../errors.ts';
import type { Item, Kind, SplitEntry } from '../kind.ts';
import {
  attemptOf,
  type Group,
  markSent,
  openAttempt,
  type PlanCursor,
  storeSentParts,
} from '../run/group.ts';
import { planKey } from '../run/keys.ts';
import { BLOCK_CLUSTERS } from '../run/ledger.ts';
import { type ClusterMessage, clusterMessage } from '../run/message.ts';
import { type Planned, PlanWriter } from './plan-writer.ts';

/** What all clusters of a group have in common. */
export type Header = Pick<ClusterMessage, 'run' | 'generation' | 'group' | 'kind' | 'source' | 'options'>;

export interface PlanOptions {
  readonly header: Header;
  readonly kind: Kind;
  /** The entries from a cursor of the kind's own on; from the start when there is none. */
  entries(cursor: string | undefined): AsyncIterable<SplitEntry>;
  /** True for an item that the last good manifest has with the same identity. */
  isUnchanged(item: Item): boolean;
  /** Filled while the entries are read: what the kind leaves out of them on purpose. */
  readonly omitted?: Map<string, number>;
  /**
   * Stores what else the group is planned for, under the plan attempt's number: the seal names the attempt that holds. With
   * it, the plan is made in one go: the entries are this invocation's own, and no other could go on with them at a cursor.
   */
  plannedFor?(attempt: number): Promise<void>;
  /** Why this item and all after it are left out, if so; `planned` is what is planned before it. */
  whyOver?(item: Item, planned: Planned): Failure | undefined;
  /** True when the function should hand itself on. */
  outOfTime(): boolean;
}

/** `sent`: every cluster is on its queue. `empty`: there is nothing to do. `handed on`: call again to go on. */
export type PlanOutcome = 'sent' | 'empty' | 'handed on' | 'taken over';

/**
 * Plans a group and sends it: plan parts of 128 clusters (one for each ledger block) go to S3, the group is sealed with
 * its totals, and only then are the clusters sent. Safe to call again at any point, by any number of callers.
 */
export async function planGroup(options: PlanOptions): Promise<PlanOutcome> {
  const { group } = options.header;
  let record = await openAttempt(group);
  if (record.clusters === undefined) {
    const outcome = await writePlan(options, record);
    if (typeof outcome === 'string') return outcome;
    record = outcome;
  }
  return record.clusters === 0 ? 'empty' : await sendPlan(options, record);
}

async function writePlan(options: PlanOptions, record: Group): Promise<Group | 'handed on' | 'taken over'> {
  const start = options.plannedFor ? { ...record, cursor: undefined, segments: [] } : record;
  const plan = await PlanWriter.open(options.header.group, options.kind, start);
  await options.plannedFor?.(record.attempt);
  const omitted = recallOmitted(options, start.cursor);
  const isLate = (): boolean => !options.plannedFor && options.outOfTime();
  let last: SplitEntry | undefined;
  for await (const entry of affordable(plan, options, start.cursor)) {
    if (last && !plan.isWithinCall(entry.item) && isLate())
      return (await plan.handOn(last.cursor, Object.fromEntries(omitted))) ? 'handed on' : 'taken over';
    await plan.add(entry.item, options.isUnchanged(entry.item));
    last = entry;
  }
  return (await plan.seal(Object.fromEntries(omitted))) ?? 'taken over';
}

/** The entries up to the run's budget; in the place of the first that is over it is its failure, and nothing after it. */
async function* affordable(
  plan: PlanWriter,
  options: PlanOptions,
  cursor: PlanCursor | undefined,
): AsyncIterable<SplitEntry> {
  for await (const entry of remaining(options, cursor)) {
    const failure = options.isUnchanged(entry.item) ? undefined : options.whyOver?.(entry.item, plan.planned);
    if (failure) return yield { item: { ...entry.item, failure } };
    yield entry;
  }
}

/** A kind without a cursor of its own reads from the start again, and counts again. */
function recallOmitted(
  { omitted = new Map() }: PlanOptions,
  cursor: PlanCursor | undefined,
): Map<string, number> {
  const before = cursor?.kind === undefined ? {} : (cursor.omitted ?? {});
  for (const [what, count] of Object.entries(before)) omitted.set(what, count);
  return omitted;
}

/** The entries after the cursor: by the kind's own cursor where it has one, else by skipping as many as were planned. */
async function* remaining(options: PlanOptions, cursor: PlanCursor | undefined): AsyncIterable<SplitEntry> {
  let skip = cursor && cursor.kind === undefined ? cursor.entries : 0;
  for await (const entry of options.entries(cursor?.kind)) {
    if (skip > 0) skip--;
    else yield entry;
  }
}

/** Sends what is not sent yet of a group that is sealed, from its plan parts alone. */
export async function sendPlan(
  { header, outOfTime }: Pick<PlanOptions, 'header' | 'outOfTime'>,
  record: Group,
): Promise<'sent' | 'handed on'> {
  if (record.sentAt !== undefined) return 'sent';
  const parts = Math.ceil((record.clusters ?? 0) / BLOCK_CLUSTERS);
  for (let part = record.sentParts; part < parts; part++) {
    if (part > record.sentParts && outOfTime()) {
      await storeSentParts(header.group, part);
      return 'handed on';
    }
    await sendPart(header, record, part, () => true);
  }
  await markSent(header.group);
  return 'sent';
}

/** Sends the clusters of one plan part that `wanted` names by their index. */
export async function sendPart(
  header: Header,
  record: Pick<Group, 'clusters' | 'segments' | 'calls'>,
  part: number,
  wanted: (index: number) => boolean,
): Promise<number> {
  const queues = new Map<string, ClusterMessage[]>();
  let sent = 0;
  for await (const message of planPart(header, record, part)) {
    if (!wanted(message.index)) continue;
    const url = clusterQueueUrl(message.kind, message.memoryMb);
    queues.set(url, [...(queues.get(url) ?? []), message]);
    sent++;
  }
  for (const [url, messages] of queues) await sendMessages(url, messages, header.run);
  return sent;
}

async function* planPart(
  header: Header,
  record: Pick<Group, 'clusters' | 'segments' | 'calls'>,
  part: number,
): AsyncIterable<ClusterMessage> {
  const key = planKey(header.group, attemptOf(record.segments, part), part);
  const lines = await getJsonLines(readEnv(['results']).results, key);
  if (!lines) throw new Error(`expected the plan part ${key}, found none`);
  for await (const line of lines) {
    const message = clusterMessage.parse({
      type: 'cluster',
      ...header,
      clusters: record.clusters,
      calls: record.calls?.total,
      ...(line as object),
    });
    // The config may have changed since the plan was made.
    yield { ...message, memoryMb: tierFor(message.kind, message.memoryMb) };
  }
}
