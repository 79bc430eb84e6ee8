import { pMapIterable } from 'p-map';
import { readEnv } from './env.ts';
import type { Fingerprints } from './fingerprints.ts';
import type { Group } from './group.ts';
import { groupResults } from './join.ts';
import { publishedKey, publishedPrefix, rootGroup, stagedKey } from './keys.ts';
import type { ItemResult, Output } from './kind.ts';
import { readIndexList, readManifest } from './manifest.ts';
import { type MemoryReport, MemoryTally } from './memory-report.ts';
import { PathSet } from './path-set.ts';
import { loadUnchanged, toFingerprint } from './plan-writer.ts';
import type { Turn } from './publish.ts';
import { toKeys } from './publish-index.ts';
import type { Run } from './run.ts';
import { StaleResults } from './stale-results.ts';
import { copyObject, deleteObjects } from './store.ts';

/** Results whose outputs are copied to their published place at once. */
const COPIES_AT_ONCE = 16;
/** Keys of outputs that left the source, removed in one call. */
const REMOVALS_AT_ONCE = 1000;

interface Fresh {
  readonly cluster: number;
  readonly result: ItemResult;
}

/** One pass over a run's results and the previous manifest: copies, lists and counts. */
export class Publication {
  readonly prefix: string;
  readonly totals = { items: { total: 0, ok: 0, failed: 0, unchanged: 0 }, clusters: 0, groups: 1 };
  readonly #turn: Turn;
  readonly #group: string;
  readonly #clusters: number;
  readonly #unchanged: Fingerprints;
  readonly #paths = new PathSet();
  readonly #peaks = new ClusterPeaks();

  static async open(run: Run, group: Group, turn: Turn): Promise<Publication> {
    const root = rootGroup(run.run, run.generation);
    return new Publication(run, group, turn, await loadUnchanged(root, group.segments.at(-1)?.attempt));
  }

  private constructor(run: Run, group: Group, turn: Turn, unchanged: Fingerprints) {
    this.prefix = publishedPrefix(run.kind, run.name);
    this.totals.clusters = group.clusters ?? 0;
    this.#turn = turn;
    this.#group = rootGroup(run.run, run.generation);
    this.#clusters = group.clusters ?? 0;
    this.#unchanged = unchanged;
  }

  /** Peaks of the clusters that the manifest's lines came from. */
  get memory(): MemoryReport {
    return this.#peaks.tally.report();
  }

  /** The manifest's lines: new results as they are published, then what is carried over, then what failed. */
  async *manifest(): AsyncIterable<Uint8Array> {
    const stale = new StaleResults();
    const fresh = groupResults(this.#group, this.#clusters);
    const published = pMapIterable(fresh, (each) => this.#publish(each), { concurrency: COPIES_AT_ONCE });
    for await (const { cluster, result } of published) {
      this.#peaks.see(cluster, result);
      if (!stale.hold(result)) yield this.#toLine(result);
    }
    this.#peaks.end();
    for await (const result of readManifest(this.#turn.previous?.manifest)) {
      if (result.status !== 'failed' && this.#unchanged.has(toFingerprint(result))) {
        yield this.#toLine({ ...result, status: 'unchanged', ms: 0 });
      } else {
        stale.see(result);
      }
    }
    for (const result of stale.results()) yield this.#toLine(result);
  }

  async #publish(fresh: Fresh): Promise<Fresh> {
    const { result } = fresh;
    if (result.status === 'failed') return fresh;
    for (const output of result.outputs) {
      this.#turn.check();
      const to = publishedKey(this.prefix, output);
      await copyObject(readEnv(['results']).results, stagedKey(this.#group, output.path), to);
    }
    return fresh;
  }

  #toLine(result: ItemResult): Uint8Array {
    const { items } = this.totals;
    items.total++;
    items[result.status]++;
    this.totals.groups += result.expanded?.groups ?? 0;
    this.totals.clusters += result.expanded?.clusters ?? 0;
    for (const { path } of result.outputs) this.#paths.add(path);
    const { expanded: _, memory: __, ...line } = result;
    return Buffer.from(`${JSON.stringify(line)}\n`);
  }

  /**
   * Removes the outputs that earlier manifests list and this one does not. Where it lists more than can be remembered,
   * nothing is removed: what is not remembered might still be there.
   */
  async removeWhatLeft(manifests: readonly string[], index: readonly string[]): Promise<void> {
    for (const path of index) this.#paths.add(path);
    for (const manifest of manifests) await this.#removeWhatLeft(manifest);
  }

  async #removeWhatLeft(manifest: string): Promise<void> {
    let keys: string[] = [];
    for await (const { path } of outputsOf(manifest)) {
      if (this.#paths.mayHave(path)) continue;
      keys.push(...toKeys(publishedKey(this.prefix, { path })));
      if (keys.length < REMOVALS_AT_ONCE) continue;
      await this.#remove(keys);
      keys = [];
    }
    await this.#remove(keys);
  }

  async #remove(keys: readonly string[]): Promise<void> {
    this.#turn.check();
    await deleteObjects(readEnv(['results']).results, keys);
  }
}

/** Everything that a manifest lists, and what was made of all of it. */
async function* outputsOf(manifest: string): AsyncIterable<Pick<Output, 'path'>> {
  for await (const { outputs } of readManifest(manifest)) yield* outputs;
  yield* readIndexList(manifest);
}

/** The highest peak of each cluster, whose results come one after the other. */
class ClusterPeaks {
  readonly tally = new MemoryTally();
  #cluster = -1;
  #memory: ItemResult['memory'];

  see(cluster: number, { memory }: ItemResult): void {
    if (cluster !== this.#cluster) this.end();
    this.#cluster = cluster;
    if (memory && memory.peakMb > (this.#memory?.peakMb ?? 0)) this.#memory = memory;
  }

  end(): void {
    if (this.#memory) this.tally.add(this.#memory.sizeMb, this.#memory.peakMb);
    this.#memory = undefined;
  }
}
