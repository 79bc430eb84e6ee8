import { pMapIterable } from 'p-map';
import { parseResults } from './complete.ts';
import { readEnv } from './env.ts';
import { emitRunCompleted } from './events.ts';
import { Fingerprints } from './fingerprints.ts';
import { type Group, getGroup } from './group.ts';
import { groupResults } from './join.ts';
import {
  latestKey,
  manifestKey,
  publishedKey,
  publishedPrefix,
  reportKey,
  rootGroup,
  stagedKey,
} from './keys.ts';
import type { ItemResult } from './kind.ts';
import { kindNamed } from './kinds/index.ts';
import { loadUnchanged, toFingerprint } from './plan.ts';
import { endTurn, getPublished, type Published, takeTurn } from './publish.ts';
import { type Ending, endRun, hasEnded, optionsJson, type Run } from './run.ts';
import { copyObject, deleteObjects, getJsonLines, putObject } from './store.ts';

/** Results whose outputs are copied to their published place at once. */
const COPIES_AT_ONCE = 16;
/** Keys of outputs that left the source, removed in one call. */
const REMOVALS_AT_ONCE = 1000;

/**
 * Ends a run whose root group is complete: outputs are copied from the run's work to where readers look, then the
 * manifest, then `latest.json`, then what left the source is removed. Every step may be repeated.
 * Returns `busy` when another run of the same source is publishing: try again later.
 */
export async function finishRun(run: Run): Promise<'ended' | 'busy'> {
  if (hasEnded(run)) {
    await emitRunCompleted(run);
    return 'ended';
  }
  const turn = await takeTurn(run);
  if (turn === 'busy') return 'busy';
  const ending: Ending = turn === 'superseded' ? await toSuperseded(run) : await publish(run);
  const ended = await endRun(run, ending);
  await putJson(reportKey(rootGroup(run.run, run.generation)), ended);
  await emitRunCompleted(ended);
  return 'ended';
}

async function toSuperseded(run: Run): Promise<Ending> {
  const { ok, failed, unchanged, clusters } = await getGroup(rootGroup(run.run, run.generation));
  return { state: 'superseded', items: { total: ok + failed + unchanged, ok, failed, unchanged }, clusters };
}

async function publish(run: Run): Promise<Ending> {
  const group = await getGroup(rootGroup(run.run, run.generation));
  const publication = await Publication.open(run, group);
  const key = manifestKey(publication.prefix, rootGroup(run.run, run.generation));
  await putObject(readEnv(['results']).results, key, publication.manifest(), 'application/x-ndjson');
  const { items, clusters, groups } = publication.totals;
  if (items.ok !== group.ok || items.failed !== group.failed || items.unchanged !== group.unchanged) {
    throw new Error(`the ledger counts ${JSON.stringify(group)}, the manifest ${JSON.stringify(items)}`);
  }
  const state = items.failed > 0 ? 'completed_with_failures' : 'completed';
  // When all failed, what readers saw before stands.
  const stands = publication.previous !== undefined && items.ok + items.unchanged === 0 && items.failed > 0;
  const published = stands ? publication.previous : await pointTo(run, publication.prefix, key, state, items);
  if (items.failed === 0) await publication.removeWhatLeft();
  await endTurn(run, published);
  return { state, items, clusters, groups, manifest: key };
}

async function pointTo(
  run: Run,
  prefix: string,
  manifest: string,
  state: Run['state'],
  items: Run['items'],
): Promise<Published> {
  const { run: id, generation, kind, name, source } = run;
  await putJson(latestKey(prefix), { run: id, generation, kind, name, state, source, items, manifest });
  const kindVersion = kindNamed(kind).version;
  return { order: run.order, run: id, generation, kindVersion, options: optionsJson(run.options), manifest };
}

async function putJson(key: string, value: object): Promise<void> {
  await putObject(
    readEnv(['results']).results,
    key,
    `${JSON.stringify(value, null, 2)}\n`,
    'application/json',
  );
}

/** One pass over a run's results and the previous manifest: copies, lists and counts. */
class Publication {
  readonly prefix: string;
  readonly previous: Published | undefined;
  readonly totals = { items: { total: 0, ok: 0, failed: 0, unchanged: 0 }, clusters: 0, groups: 1 };
  readonly #group: string;
  readonly #clusters: number;
  readonly #unchanged: Fingerprints;
  readonly #paths = new Fingerprints();

  static async open(run: Run, group: Group): Promise<Publication> {
    const root = rootGroup(run.run, run.generation);
    const unchanged = await loadUnchanged(root, group.segments.at(-1)?.attempt);
    return new Publication(run, group, unchanged, await getPublished(run));
  }

  private constructor(run: Run, group: Group, unchanged: Fingerprints, previous: Published | undefined) {
    this.prefix = publishedPrefix(run.kind, run.name);
    this.previous = previous;
    this.totals.clusters = group.clusters ?? 0;
    this.#group = rootGroup(run.run, run.generation);
    this.#clusters = group.clusters ?? 0;
    this.#unchanged = unchanged;
  }

  /** The manifest's lines: new results as they are published, then what is carried over. */
  async *manifest(): AsyncIterable<Uint8Array> {
    const fresh = groupResults(this.#group, this.#clusters);
    for await (const result of pMapIterable(fresh, (each) => this.#publish(each), {
      concurrency: COPIES_AT_ONCE,
    })) {
      yield this.#toLine(result);
    }
    for await (const result of this.#previousResults()) {
      if (result.status !== 'failed' && this.#unchanged.has(toFingerprint(result))) {
        yield this.#toLine({ ...result, status: 'unchanged', ms: 0 });
      }
    }
  }

  async #publish(result: ItemResult): Promise<ItemResult> {
    if (result.status === 'failed') return result;
    for (const output of result.outputs) {
      const to = publishedKey(this.prefix, output);
      await copyObject(readEnv(['results']).results, stagedKey(this.#group, output.path), to);
    }
    return result;
  }

  #toLine(result: ItemResult): Uint8Array {
    const { items } = this.totals;
    items.total++;
    items[result.status]++;
    this.totals.groups += result.expanded?.groups ?? 0;
    this.totals.clusters += result.expanded?.clusters ?? 0;
    for (const { path } of result.outputs) this.#paths.add(path);
    const { expanded: _, ...line } = result;
    return Buffer.from(`${JSON.stringify(line)}\n`);
  }

  async *#previousResults(): AsyncIterable<ItemResult> {
    const lines = this.previous && (await getJsonLines(readEnv(['results']).results, this.previous.manifest));
    if (lines) yield* parseResults(lines);
  }

  /** Removes outputs that the previous manifest lists and this one does not. Only after a run without failures. */
  async removeWhatLeft(): Promise<void> {
    let keys: string[] = [];
    for await (const { outputs } of this.#previousResults()) {
      keys.push(
        ...outputs
          .filter(({ path }) => !this.#paths.has(path))
          .map((output) => publishedKey(this.prefix, output)),
      );
      if (keys.length < REMOVALS_AT_ONCE) continue;
      await deleteObjects(readEnv(['results']).results, keys);
      keys = [];
    }
    await deleteObjects(readEnv(['results']).results, keys);
  }
}
