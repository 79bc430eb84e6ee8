import { readEnv } from '../aws/env.ts';
import { putObject } from '../aws/store.ts';
import { kindNamed } from '../kinds/index.ts';
import { type Group, getGroup } from '../run/group.ts';
import { latestKey, manifestKey, reportKey, rootGroup } from '../run/keys.ts';
import { placesOf } from '../run/places.ts';
import { type Published, type Turn, takeTurn } from '../run/published.ts';
import { type Ending, endRun, getRun, hasEnded, passAgain, type Run } from '../run/run.ts';
import { emitRunCompleted } from '../run/run-completed.ts';
import { resultOptionsJson } from '../run/run-id.ts';
import { sendContinue } from '../run/send.ts';
import { Publication } from './publication.ts';
import { publishIndex } from './publish-index.ts';

/** Manifests whose outputs wait for a run without failures to be removed; beyond, the oldest ones' leftovers stay. */
const UNPRUNED_MAX = 100;

export type Finished = 'ended' | 'busy' | 'planned again';

/**
 * Ends a run whose root group is complete: outputs are copied from the run's work to where readers look, then the
 * manifest, then `latest.json`, then what left the source is removed. Every step may be repeated.
 * Returns `busy` when another delivery is publishing this source: try again later.
 */
export async function finishRun(run: Run): Promise<Finished> {
  if (hasEnded(run)) return await end(run);
  const turn = await takeTurn(run);
  if (turn === 'busy') return 'busy';
  if (turn === 'superseded') return await end(await endRun(run, await toSuperseded(run)));
  try {
    return await publishInTurn(run, turn);
  } finally {
    await turn.release();
  }
}

async function publishInTurn(stale: Run, turn: Turn): Promise<Finished> {
  const run = await getRun(stale.run);
  // While this delivery waited for its turn, another one may have done its work.
  if (hasEnded(run) || run.generation !== stale.generation) return await end(run);
  const group = await getGroup(rootGroup(run.run, run.generation));
  if (group.unchanged > 0 && isOverOldBase(run, turn.previous)) {
    const again = await passAgain(run);
    if (again) await sendContinue(again, 0);
    return 'planned again';
  }
  return await end(await endRun(run, await publish(run, group, turn)));
}

async function end(run: Run): Promise<Finished> {
  if (!hasEnded(run)) return 'planned again';
  if (!run.emittedAt) await putJson(reportKey(rootGroup(run.run, run.generation)), run);
  await emitRunCompleted(run);
  return 'ended';
}

/** Another version was published since the plan was made, so what was unchanged then may be changed or gone. */
function isOverOldBase({ run, generation, base }: Run, previous: Published | undefined): boolean {
  const isOwn = previous?.run === run && previous.generation === generation;
  return !isOwn && base !== (previous?.manifest ?? '');
}

async function toSuperseded(run: Run): Promise<Ending> {
  const { ok, failed, unchanged, clusters } = await getGroup(rootGroup(run.run, run.generation));
  return { state: 'superseded', items: { total: ok + failed + unchanged, ok, failed, unchanged }, clusters };
}

async function publish(run: Run, group: Group, turn: Turn): Promise<Ending> {
  const { previous } = turn;
  const publication = await Publication.open(run, group, turn);
  const manifest = manifestKey(publication.prefix, rootGroup(run.run, run.generation));
  await putObject(readEnv(['results']).results, manifest, publication.manifest(), 'application/x-ndjson');
  const { items, clusters, groups } = publication.totals;
  if (items.ok !== group.ok || items.failed !== group.failed || items.unchanged !== group.unchanged) {
    throw new Error(`the ledger counts ${JSON.stringify(group)}, the manifest ${JSON.stringify(items)}`);
  }
  const ending: Ending = {
    state: items.failed > 0 ? 'completed_with_failures' : 'completed',
    items,
    omitted: Object.keys(group.omitted).length > 0 ? group.omitted : undefined,
    clusters,
    groups,
    manifest,
    memory: publication.memory,
  };
  turn.check();
  // When all failed, and with nothing to show, what readers saw before stands.
  if (previous && items.failed === items.total && items.failed > 0 && !publication.hasOutputs) {
    await turn.end(previous);
    return ending;
  }
  const index = await publishIndex(run, turn, manifest);
  await pointTo(run, publication.prefix, ending);
  const unpruned = toUnpruned(previous, manifest);
  publication.leftovers.seeIndex(index);
  // A data set of a version is removed as a whole, if at all.
  if (!kindNamed(run.kind).isVersioned)
    await publication.leftovers.remove(unpruned, publication.prefix, turn);
  await turn.end(toPublished(run, manifest, items.failed === 0 ? [] : unpruned));
  return ending;
}

const toUnpruned = (previous: Published | undefined, manifest: string): readonly string[] =>
  previous ? [...previous.unpruned, previous.manifest].filter((each) => each !== manifest) : [];

function toPublished(run: Run, manifest: string, unpruned: readonly string[]): Published {
  return {
    order: run.order,
    run: run.run,
    generation: run.generation,
    kindVersion: kindNamed(run.kind).version,
    options: resultOptionsJson(kindNamed(run.kind), run.options),
    manifest,
    unpruned: unpruned.slice(-UNPRUNED_MAX),
  };
}

async function pointTo(run: Run, prefix: string, { state, items, manifest }: Ending): Promise<void> {
  const { run: id, generation, kind, name, source } = run;
  const outputs = placesOf(kindNamed(kind), name, rootGroup(id, generation)).prefix;
  const latest = { run: id, generation, kind, name, state, source, items, manifest, prefix: outputs };
  await putJson(latestKey(prefix), latest);
}

async function putJson(key: string, value: object): Promise<void> {
  const body = `${JSON.stringify(value, null, 2)}\n`;
  await putObject(readEnv(['results']).results, key, body, 'application/json');
}
