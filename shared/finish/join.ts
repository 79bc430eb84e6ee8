import { newFailure, toFailure } from '../errors.ts';
import type { Item, ItemResult, JoinContext, Outcome } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';
import { toContext } from '../process/context.ts';
import { type Expanded, readExpanded } from '../process/expanded.ts';
import { AllowedModels } from '../process/model-meter.ts';
import { ServiceFaults } from '../process/service-faults.ts';
import { getGroup } from '../run/group.ts';
import { parentOf, parseChildId, toKindId } from '../run/keys.ts';
import type { FinishMessage } from '../run/message.ts';
import { copyOutput, readOutput } from '../run/outputs.ts';
import { type Places, placesOf } from '../run/places.ts';
import { completeCluster, failed, resultsOf, toResult } from '../run/results.ts';
import type { Run } from '../run/run.ts';

/**
 * A child group is complete: its results become those of the items that were expanded into it, and the parent's cluster is
 * recorded. Joining writes the same outputs each time, so it may be repeated.
 */
export async function joinGroup(run: Run, message: FinishMessage, signal: AbortSignal): Promise<void> {
  const parent = parentOf(message.group);
  if (!parent) throw new RangeError(`expected a child group, found ${message.group}`);
  const [{ clusters }, child] = await Promise.all([getGroup(parent.group), getGroup(message.group)]);
  if (clusters === undefined || child.clusters === undefined) {
    throw new Error(`expected ${message.group} and its parent to be sealed`);
  }
  const { results, expansions } = await readExpanded(message.group, child);
  const children = await indexChildren(message.group, child.clusters, expansions);
  const joined: ItemResult[] = [];
  for (const [expansion, { how, item }] of expansions.entries()) {
    const joining = {
      run,
      group: message.group,
      expansion,
      item,
      clusters: children[expansion]?.clusters ?? [],
      signal,
    };
    const result = how === 'join' ? await joinItem(joining) : await takeOver(joining);
    joined.push({ ...result, expanded: children[expansion]?.totals });
  }
  await completeCluster({ run: run.run, generation: run.generation, ...parent, clusters }, [
    ...results,
    ...joined,
  ]);
}

/** Which clusters of the group hold an expansion's children, and what the tree below it amounts to. */
interface Children {
  readonly clusters: number[];
  readonly totals: { items: number; groups: number; clusters: number };
}

/** One pass over the group's results, so that each join reads only its own clusters. */
async function indexChildren(
  group: string,
  clusters: number,
  expansions: Expanded['expansions'],
): Promise<readonly Children[]> {
  // The group itself and its clusters count once, with the first expansion.
  const children = expansions.map((expansion, n): Children => {
    return {
      clusters: [],
      totals: { items: expansion.children, groups: n === 0 ? 1 : 0, clusters: n === 0 ? clusters : 0 },
    };
  });
  for (let index = 0; index < clusters; index++) {
    for await (const result of resultsOf(group, index)) note(children, index, result);
  }
  return children;
}

function note(children: readonly Children[], index: number, { id, expanded }: ItemResult): void {
  const found = children[parseChildId(id).expansion];
  if (!found) throw new Error(`expected a child of one of ${children.length} expansions, found ${id}`);
  if (found.clusters.at(-1) !== index) found.clusters.push(index);
  found.totals.groups += expanded?.groups ?? 0;
  found.totals.clusters += expanded?.clusters ?? 0;
}

interface Joining {
  readonly run: Run;
  readonly group: string;
  readonly expansion: number;
  readonly item: Item;
  readonly clusters: readonly number[];
  readonly signal: AbortSignal;
}

/** The kind puts the children's results together. */
async function joinItem(joining: Joining): Promise<ItemResult> {
  const { run, group, item, signal } = joining;
  const started = performance.now();
  const kind = kindNamed(run.kind);
  const faults = new ServiceFaults();
  try {
    const { join } = await kind.work();
    if (!join) throw new Error(`the kind ${kind.name} expands items but has no join`);
    const surroundings = { signal, faults, stage: () => undefined, models: new AllowedModels() };
    const context: JoinContext<unknown> = {
      ...toContext(
        { group: stagingOf(group), source: run.source },
        kind.options.parse(run.options),
        surroundings,
      ),
      results: faults.seeAll(childResults(joining)),
      read: (output) => faults.seeAll(readOutput(toPlaces(joining).staged(group, output))),
    };
    const own = { ...item, id: toKindId(stagingOf(group), item.id), data: kind.data.parse(item.data) };
    const done = toDone(await join(own, context));
    if (done.failure && faults.first) throw faults.first;
    return toResult(kind, item, done, started);
  } catch (error) {
    // What AWS failed at is tried again by the queue; everything else is the item's own failure.
    if (faults.first) throw faults.first;
    return toResult(kind, item, failed(newFailure('JOIN_FAILED', toFailure(error).message)), started);
  }
}

/** The item itself went on alone: its result and outputs become the parent's. */
async function takeOver(joining: Joining): Promise<ItemResult> {
  const { group, item } = joining;
  const places = toPlaces(joining);
  for await (const result of childResults(joining)) {
    for (const output of result.outputs) {
      const to = places.staged(stagingOf(group), output);
      await copyOutput(places.staged(group, output), to);
    }
    return { ...result, id: item.id };
  }
  throw new Error(`expected a result of ${item.id} in ${group}, found none`);
}

const toPlaces = ({ run, group }: Joining): Places => placesOf(kindNamed(run.kind), run.name, group);

/** Outputs of a joined item are staged with its own group's. */
const stagingOf = (childGroup: string): string => parentOf(childGroup)?.group ?? childGroup;

function toDone(outcome: Outcome): Extract<Outcome, { type: 'done' }> {
  if (outcome.type === 'done') return outcome;
  throw new Error('expected join to be done, found another expansion');
}

/** The results of one expansion's children, under the ids that `process` gave them. */
async function* childResults({ group, expansion, clusters }: Joining): AsyncIterable<ItemResult> {
  for (const index of clusters) {
    for await (const result of resultsOf(group, index)) {
      const child = parseChildId(result.id);
      if (child.expansion === expansion) yield { ...result, id: child.id };
    }
  }
}
