import { clusterQueueUrl, sendMessages } from '../aws/queue.ts';
import { isServiceFault } from '../aws/service-fault.ts';
import { toFailure } from '../errors.ts';
import type { CallContext, CallOutcome, Item, ItemResult, Kind } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';
import { getGroup } from '../run/group.ts';
import { rootGroup } from '../run/keys.ts';
import { groupProgress } from '../run/ledger.ts';
import type { ClusterMessage } from '../run/message.ts';
import { completeCluster, failed, resumeCluster, toResult } from '../run/results.ts';
import { toContext } from './context.ts';
import { AllowedModels } from './model-meter.ts';
import { ServiceFaults } from './service-faults.ts';

/** Kept of the function's time for storing results and recording the cluster. */
const RECORD_MS = 10_000;
/** A run's progress is read again after this long: one read for each 128 clusters. */
const PROGRESS_MS = 1_000;

/** One line a cluster, for the log. */
export interface CallSummary {
  readonly ok: number;
  readonly failed: number;
  readonly expanded: number;
  /** The cluster was sent again, for what is left of it. */
  readonly handedOn?: boolean;
  /** An earlier delivery had stored the results. */
  readonly resumed?: boolean;
}

const NOTHING: CallSummary = { ok: 0, failed: 0, expanded: 0 };

/**
 * Hands the items of one cluster to their kind, which calls what is not ours and runs elsewhere. So nothing here can be killed
 * by an item: a redelivered cluster is neither isolated nor quarantined, its kind goes on by its own journal.
 */
export async function processCalls(
  message: ClusterMessage,
  delivery: { remainingMs(): number },
): Promise<CallSummary> {
  // Also at a first receive: sweep sends anew what was stored but not recorded, and calls are not made again for nothing.
  if (await resumeCluster(message)) return { ...NOTHING, resumed: true };
  const kind = kindNamed(message.kind);
  const good = message.items.filter(({ failure }) => failure === undefined);
  const outcomes = good.length === 0 ? [] : await callAll(kind, good, message, delivery);
  if (!outcomes) {
    await sendMessages(clusterQueueUrl(message.kind, message.memoryMb), [message], message.run);
    return { ...NOTHING, handedOn: true };
  }
  const results = toResults(kind, message.items, outcomes);
  await completeCluster(message, results);
  const failures = results.filter(({ status }) => status === 'failed').length;
  return { ok: results.length - failures, failed: failures, expanded: 0 };
}

async function callAll(
  kind: Kind,
  items: readonly Item[],
  message: ClusterMessage,
  delivery: { remainingMs(): number },
): Promise<readonly CallOutcome[] | undefined> {
  const { callAll: call } = await kind.work();
  const faults = new ServiceFaults();
  if (!call) throw new Error(`expected the kind ${kind.name} to have callAll, found none`);
  try {
    const parsed = items.map((item) => ({ ...item, data: kind.data.parse(item.data) }));
    return await call(parsed, toCallContext(kind, message, { ...delivery, faults }));
  } catch (error) {
    // What AWS failed at is tried again by the queue; everything else is the items' own failure.
    if (faults.first || isServiceFault(error)) throw faults.first ?? error;
    const done = failed(toFailure(error));
    return items.map(() => ({ done, ms: 0 }));
  }
}

function toCallContext(
  kind: Kind,
  message: ClusterMessage,
  { faults, ...delivery }: { remainingMs(): number; readonly faults: ServiceFaults },
): CallContext<unknown> {
  const remainingMs = (): number => delivery.remainingMs() - RECORD_MS;
  const signal = AbortSignal.timeout(Math.max(1, remainingMs()));
  return {
    ...toContext(message, kind.options.parse(message.options), {
      signal,
      faults,
      stage: () => undefined,
      models: new AllowedModels(),
    }),
    run: message.run,
    cluster: `${message.group}/${message.index}`,
    calls: message.calls ?? 0,
    remainingMs,
    progress: () => readProgress(rootGroup(message.run, message.generation)),
    // Loaded by the kinds that ask: the client costs memory in every function.
    invoke: async (request) => await (await import('../aws/functions.ts')).invokeFunction(kind.name, request),
  };
}

interface Progress {
  readonly ok: number;
  readonly failed: number;
}
/** Of the run that this warm function worked for last. */
let kept:
  | { readonly group: string; readonly until: number; readonly progress: Promise<Progress> }
  | undefined;

async function readProgress(group: string): Promise<Progress> {
  if (kept?.group !== group || kept.until < Date.now()) {
    const progress = getGroup(group).then(({ clusters = 0 }) => groupProgress(group, clusters));
    kept = { group, until: Date.now() + PROGRESS_MS, progress };
  }
  return await kept.progress;
}

function toResults(kind: Kind, items: readonly Item[], outcomes: readonly CallOutcome[]): ItemResult[] {
  const rest = [...outcomes];
  const results = items.map((item) => {
    const { done, ms } = item.failure ? { done: failed(item.failure), ms: 0 } : toNext(rest.shift(), item);
    return { ...toResult(kind, item, done, performance.now()), ms: Math.round(ms) };
  });
  if (rest.length > 0) throw new Error(`expected an outcome for each item, found ${rest.length} more`);
  return results;
}

function toNext(outcome: CallOutcome | undefined, { id }: Item): CallOutcome {
  if (outcome) return outcome;
  throw new Error(`expected an outcome for each item, found none for ${id}`);
}
