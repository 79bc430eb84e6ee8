import { completeCluster, readResults } from './complete.ts';
import { readEnv } from './env.ts';
import { toFailure } from './errors.ts';
import { readExpanded, toChildId } from './expanded.ts';
import { getGroup } from './group.ts';
import { failed, toContext, toResult } from './item.ts';
import { parentOf, stagedKey } from './keys.ts';
import type { Item, ItemResult, JoinContext, Outcome } from './kind.ts';
import { kindNamed } from './kinds/index.ts';
import type { FinishMessage } from './message.ts';
import type { Run } from './run.ts';
import { copyObject, getObject } from './store.ts';

/**
 * A child group is complete: the kind joins the children's results into their parent item's result, and the parent's
 * cluster is recorded. Joining writes the same outputs each time, so it may be repeated.
 */
export async function joinGroup(run: Run, message: FinishMessage, signal: AbortSignal): Promise<void> {
  const parent = parentOf(message.group);
  if (!parent) throw new RangeError(`expected a child group, found ${message.group}`);
  const [child, { clusters }, { results, expansions }] = await Promise.all([
    getGroup(message.group),
    getGroup(parent.group),
    readExpanded(message.group),
  ]);
  if (clusters === undefined || child.clusters === undefined)
    throw new Error(`expected ${message.group} and its parent to be sealed`);
  const joined: ItemResult[] = [];
  // The group and its clusters count once, with the first item that was expanded into it.
  let own = { groups: 1, clusters: child.clusters };
  for (const { how, item, children } of expansions) {
    const expanded = { items: children, ...own };
    const joining = { run, group: message.group, clusters: child.clusters, item, signal, expanded };
    const result = how === 'join' ? await joinItem(joining) : await takeOver(joining);
    joined.push({ ...result, expanded });
    own = { groups: 0, clusters: 0 };
  }
  await completeCluster({ run: run.run, generation: run.generation, ...parent, clusters }, [
    ...results,
    ...joined,
  ]);
}

interface Joining {
  readonly run: Run;
  readonly group: string;
  readonly clusters: number;
  readonly item: Item;
  readonly signal: AbortSignal;
  /** Adds up what the children themselves were expanded into. */
  readonly expanded: { groups: number; clusters: number };
}

async function joinItem({ run, group, clusters, item, signal, expanded }: Joining): Promise<ItemResult> {
  const started = performance.now();
  try {
    const kind = kindNamed(run.kind);
    const { join } = await kind.work();
    if (!join) throw new Error(`the kind ${kind.name} expands items but has no join`);
    const parent = parentOf(group)?.group ?? group;
    const context: JoinContext<unknown> = {
      ...toContext({ group: parent, source: run.source }, kind.options.parse(run.options), {
        signal,
        stage: () => undefined,
      }),
      results: childrenOf(item, groupResults(group, clusters), expanded),
      read: (output) => readStaged(group, output.path),
    };
    return toResult(
      item,
      toDone(await join({ ...item, data: kind.data.parse(item.data) }, context)),
      started,
    );
  } catch (error) {
    if (isTransient(error)) throw error;
    return toResult(item, failed({ code: 'JOIN_FAILED', message: toFailure(error).message }), started);
  }
}

/** The item itself went on alone in the child group: its result and outputs are the parent's. */
async function takeOver({ group, clusters, item, expanded }: Joining): Promise<ItemResult> {
  const { results } = readEnv(['results']);
  const parent = parentOf(group)?.group ?? group;
  for await (const result of childrenOf(item, groupResults(group, clusters), expanded)) {
    for (const { path } of result.outputs)
      await copyObject(results, stagedKey(group, path), stagedKey(parent, path));
    return { ...result, id: item.id };
  }
  throw new Error(`expected a result of ${item.id} in ${group}, found none`);
}

function toDone(outcome: Outcome): Extract<Outcome, { type: 'done' }> {
  if (outcome.type === 'done') return outcome;
  throw new Error('expected join to be done, found another expansion');
}

/** What AWS itself failed at is tried again by the queue; everything else is the item's own failure. */
const isTransient = (error: unknown): boolean => error instanceof Error && '$metadata' in error;

/** The results of one parent's children, under the ids that `process` gave them. */
async function* childrenOf(
  parent: Item,
  results: AsyncIterable<ItemResult>,
  expanded: Joining['expanded'],
): AsyncIterable<ItemResult> {
  const prefix = toChildId(parent, '');
  for await (const result of results) {
    if (!result.id.startsWith(prefix)) continue;
    expanded.groups += result.expanded?.groups ?? 0;
    expanded.clusters += result.expanded?.clusters ?? 0;
    yield { ...result, id: result.id.slice(prefix.length) };
  }
}

/** All results of a group, in the order of its plan. */
export async function* groupResults(group: string, clusters: number): AsyncIterable<ItemResult> {
  for (let index = 0; index < clusters; index++) {
    const results = await readResults(group, index);
    if (!results) throw new Error(`expected the results of cluster ${index} of ${group}, found none`);
    yield* results;
  }
}

async function* readStaged(group: string, path: string): AsyncIterable<Uint8Array> {
  const key = stagedKey(group, path);
  const body = await getObject(readEnv(['results']).results, key);
  if (!body) throw new Error(`expected the output ${key}, found none`);
  yield* body;
}
