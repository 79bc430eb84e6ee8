import { tmpdir } from 'node:os';
import { readEnv } from '../aws/env.ts';
import { putObject } from '../aws/store.ts';
import { toFailure } from '../errors.ts';
import type { Item, ItemResult, Kind, Outcome, ProcessContext } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';
import { publishedKey, publishedPrefix, stagedKey, toKindId } from '../run/keys.ts';
import type { ClusterMessage } from '../run/message.ts';
import { parseSourceKey } from '../run/run-id.ts';
import { toJournal, toKindContext } from './context.ts';

/** What an item needs to run, all JSON: it may cross into a worker thread. */
export type Job = Pick<ClusterMessage, 'kind' | 'group' | 'source' | 'options'> & { readonly item: Item };

/** An item is done (or failed), or it expands. */
export type ItemOutcome =
  | { readonly type: 'result'; readonly result: ItemResult }
  | { readonly type: 'expand'; readonly items: readonly Item[] };

/** What the thread that runs an item gives it. */
export type Surroundings = Pick<ProcessContext<unknown>, 'signal' | 'stage'>;

/** Runs one item. Whatever it throws becomes its failure; it never fails the cluster. */
export async function runItem({ item, ...job }: Job, surroundings: Surroundings): Promise<ItemOutcome> {
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

type Done = Extract<Outcome, { type: 'done' }>;

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

/** The context of one item: outputs are staged under its group, so that nothing half done is ever seen by readers. */
export function toContext(
  job: { group: string; source: ClusterMessage['source'] },
  options: unknown,
  { signal, stage }: Surroundings,
): ProcessContext<unknown> {
  const { kind, name } = parseSourceKey(job.source.key);
  return {
    ...toKindContext(kind.name, job.source, options),
    journal: toJournal(kind.name),
    signal,
    scratch: tmpdir(),
    stage,
    async put(path, body, contentType) {
      // A key that is too long is this item's failure here; in finish it would be the whole run's.
      publishedKey(publishedPrefix(kind.name, name), { path });
      const bytes = await putObject(
        readEnv(['results']).results,
        stagedKey(job.group, path),
        body,
        contentType,
      );
      return { path, bytes, contentType };
    },
  };
}
