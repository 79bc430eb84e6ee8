import { toFailure } from '../errors.ts';
import type { Allowance, Item, ItemResult } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';
import { toKindId } from '../run/keys.ts';
import type { ClusterMessage } from '../run/message.ts';
import { failed, toResult } from '../run/results.ts';
import { type Surroundings, toContext } from './context.ts';
import { AllowedModels } from './model-meter.ts';
import { ServiceFaults } from './service-faults.ts';

/** What an item needs to run, all JSON: it may cross into a worker thread. */
export type Job = Pick<ClusterMessage, 'kind' | 'group' | 'source' | 'options'> & {
  readonly item: Item;
  /** What the run may still ask of models. */
  readonly left?: Allowance;
};

/** An item is done (or failed), or it expands. */
export type ItemOutcome =
  | { readonly type: 'result'; readonly result: ItemResult; readonly spent?: Allowance }
  | { readonly type: 'expand'; readonly items: readonly Item[] }
  /** AWS failed at something: the item is to be tried again. */
  | { readonly type: 'unavailable'; readonly reason: string };

/**
 * Runs one item. Whatever it throws becomes its failure, and never fails the cluster; but an item that failed where AWS did is not
 * to blame, and is to be tried again.
 */
export async function runItem(
  job: Job,
  surroundings: Omit<Surroundings, 'faults' | 'models'>,
): Promise<ItemOutcome> {
  const faults = new ServiceFaults();
  const models = new AllowedModels(job.left);
  const outcome = await processItem(job, { ...surroundings, faults, models });
  const isFailed = outcome.type === 'result' && outcome.result.status === 'failed';
  if (isFailed && faults.first) return { type: 'unavailable', reason: String(faults.first) };
  return outcome.type === 'result' ? { ...outcome, spent: models.spent } : outcome;
}

async function processItem({ item, ...job }: Job, surroundings: Surroundings): Promise<ItemOutcome> {
  const started = performance.now();
  const kind = kindNamed(job.kind);
  if (item.failure) return { type: 'result', result: toResult(kind, item, failed(item.failure), started) };
  try {
    const work = await kind.work();
    const context = toContext(job, kind.options.parse(job.options), surroundings);
    const own = { ...item, id: toKindId(job.group, item.id), data: kind.data.parse(item.data) };
    const outcome = await work.process(own, context);
    if (outcome.type === 'expand') return outcome;
    return { type: 'result', result: toResult(kind, item, outcome, started) };
  } catch (error) {
    return { type: 'result', result: toResult(kind, item, failed(toFailure(error)), started) };
  }
}
