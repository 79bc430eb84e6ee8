import { pMapIterable } from 'p-map';
import { toJsonLine } from '../json/lines.ts';
import type { ItemResult, Kind } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';
import type { Fingerprints } from '../plan/fingerprints.ts';
import { loadUnchanged, toFingerprint } from '../plan/plan-writer.ts';
import type { Group } from '../run/group.ts';
import { publishedPrefix, rootGroup } from '../run/keys.ts';
import { readManifest } from '../run/manifest.ts';
import type { MemoryReport } from '../run/memory-report.ts';
import { copyOutput } from '../run/outputs.ts';
import { type Places, placesOf } from '../run/places.ts';
import type { Turn } from '../run/published.ts';
import { groupResults } from '../run/results.ts';
import type { Run } from '../run/run.ts';
import { Leftovers } from './leftovers.ts';
import { MemoryTally } from './memory-tally.ts';
import { StaleResults } from './stale-results.ts';

/** Results whose outputs are copied to their published place at once. */
const COPIES_AT_ONCE = 16;

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
  readonly #kind: Kind;
  readonly #places: Places;
  readonly #previousPlaces: Places;
  readonly leftovers = new Leftovers();
  /** Is there anything new for readers to see? */
  hasOutputs = false;
  readonly #peaks = new ClusterPeaks();

  static async open(run: Run, group: Group, turn: Turn): Promise<Publication> {
    const root = rootGroup(run.run, run.generation);
    return new Publication(run, group, turn, await loadUnchanged(root, group.segments.at(-1)?.attempt));
  }

  private constructor(run: Run, group: Group, turn: Turn, unchanged: Fingerprints) {
    this.prefix = publishedPrefix(run.kind, run.name);
    this.totals.clusters = group.calls?.planned || (group.clusters ?? 0);
    this.#turn = turn;
    this.#group = rootGroup(run.run, run.generation);
    this.#clusters = group.clusters ?? 0;
    this.#unchanged = unchanged;
    this.#kind = kindNamed(run.kind);
    this.#places = placesOf(this.#kind, run.name, this.#group);
    const { previous = run } = turn;
    this.#previousPlaces = placesOf(this.#kind, run.name, rootGroup(previous.run, previous.generation));
  }

  /** Peaks of the clusters that the manifest's lines came from. */
  get memory(): MemoryReport {
    return this.#peaks.tally.report();
  }

  /** The manifest's lines: new results as they are published, then what is carried over, then what failed. */
  async *manifest(): AsyncIterable<Uint8Array> {
    const stale = new StaleResults(this.#kind);
    const fresh = groupResults(this.#group, this.#clusters);
    const published = pMapIterable(fresh, (each) => this.#publish(each), { concurrency: COPIES_AT_ONCE });
    for await (const { cluster, result } of published) {
      this.#peaks.see(cluster, result);
      if (!stale.hold(result)) yield this.#toLine(result);
    }
    this.#peaks.end();
    yield* this.#carriedOver(stale);
    for (const result of stale.results()) {
      await this.#carryOver(result);
      yield this.#toLine(result);
    }
  }

  async *#carriedOver(stale: StaleResults): AsyncIterable<Uint8Array> {
    for await (const result of readManifest(this.#turn.previous?.manifest)) {
      if (result.status !== 'failed' && this.#unchanged.has(toFingerprint(result))) {
        await this.#carryOver(result);
        yield this.#toLine({ ...result, status: 'unchanged', ms: 0 });
      } else if (stale.see(result) === 'refused') {
        this.leftovers.settle(result.id);
      }
    }
  }

  async #publish(fresh: Fresh): Promise<Fresh> {
    const { result } = fresh;
    for (const output of result.outputs) {
      this.#turn.check();
      this.hasOutputs = true;
      await copyOutput(this.#places.staged(this.#group, output), this.#places.published(output));
    }
    return fresh;
  }

  /** Outputs of the version before that this one has, too; where all versions lie at one place, they are there. */
  async #carryOver({ outputs }: ItemResult): Promise<void> {
    for (const output of outputs) {
      this.#turn.check();
      await copyOutput(this.#previousPlaces.published(output), this.#places.published(output));
    }
  }

  #toLine(result: ItemResult): Uint8Array {
    const { items } = this.totals;
    items.total++;
    items[result.status]++;
    this.totals.groups += result.expanded?.groups ?? 0;
    this.totals.clusters += result.expanded?.clusters ?? 0;
    this.leftovers.see(result);
    const { expanded: _, memory: __, ...line } = result;
    return Buffer.from(toJsonLine(line));
  }
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
