import { readEnv } from '../aws/env.ts';
import { deleteObjects } from '../aws/store.ts';
import type { ItemResult } from '../kind.ts';
import { Fingerprints } from '../plan/fingerprints.ts';
import { publishedKey } from '../run/keys.ts';
import { readIndexList, readManifest } from '../run/manifest.ts';
import type { Turn } from '../run/published.ts';
import { PathSet } from './path-set.ts';
import { toKeys } from './publish-index.ts';

/** Keys removed in one call. */
const REMOVALS_AT_ONCE = 1000;

/**
 * What earlier runs published and readers are not to see any longer. After a run without failures: everything that it does not
 * list. After one with failures only what an item had before and now has elsewhere (a page that was hidden since): what the
 * run does not speak of may be missing by mistake.
 */
export class Leftovers {
  readonly #stay = new PathSet();
  /** Items of which readers now see what this run says. */
  readonly #settled = new Fingerprints();
  #failures = 0;

  /** A line of the new manifest. */
  see({ id, status, outputs, stale }: ItemResult): void {
    for (const { path } of outputs) this.#stay.add(path);
    if (status === 'failed') this.#failures++;
    if (status !== 'failed' || (outputs.length > 0 && !stale)) this.settle(id);
  }

  /** Whatever earlier runs had of the item goes. */
  settle(id: string): void {
    this.#settled.add(id);
  }

  /** What the kind wrote for all results together. */
  seeIndex(paths: readonly string[]): void {
    for (const path of paths) this.#stay.add(path);
  }

  async remove(manifests: readonly string[], prefix: string, turn: Turn): Promise<void> {
    for (const manifest of manifests) {
      let keys: string[] = [];
      for await (const path of this.#leftOf(manifest)) {
        keys.push(...toKeys(publishedKey(prefix, { path })));
        if (keys.length < REMOVALS_AT_ONCE) continue;
        await remove(keys, turn);
        keys = [];
      }
      await remove(keys, turn);
    }
  }

  async *#leftOf(manifest: string): AsyncIterable<string> {
    for await (const { id, outputs } of readManifest(manifest)) {
      if (this.#failures === 0 || this.#settled.has(id)) yield* this.#notStaying(outputs);
    }
    if (this.#failures > 0) return;
    for await (const output of readIndexList(manifest)) yield* this.#notStaying([output]);
  }

  *#notStaying(outputs: readonly { readonly path: string }[]): Iterable<string> {
    for (const { path } of outputs) if (!this.#stay.mayHave(path)) yield path;
  }
}

async function remove(keys: readonly string[], turn: Turn): Promise<void> {
  turn.check();
  await deleteObjects(readEnv(['results']).results, keys);
}
