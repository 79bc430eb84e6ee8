import type { ItemResult } from './kind.ts';

/** Failures that are held back to look for an earlier result; each takes about a kilobyte. More than these are not looked up. */
const HELD_MAX = 10_000;

/** Items that failed, and what readers still see of them: the outputs of their last good result stand until there is a better one. */
export class StaleResults {
  readonly #failed = new Map<string, ItemResult>();

  /** True when the result failed and comes later, with its earlier outputs. */
  hold(result: ItemResult): boolean {
    if (result.status !== 'failed' || this.#failed.size >= HELD_MAX) return false;
    this.#failed.set(result.id, result);
    return true;
  }

  /** A line of the manifest before. */
  see({ id, outputs }: ItemResult): void {
    const failed = this.#failed.get(id);
    if (failed && outputs.length > 0) this.#failed.set(id, { ...failed, outputs, stale: true });
  }

  results(): Iterable<ItemResult> {
    return this.#failed.values();
  }
}
