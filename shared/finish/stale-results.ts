import type { ItemResult, Kind } from '../kind.ts';

/** Failures that are held back to look for an earlier result; each takes about a kilobyte. More than these are not looked up. */
const HELD_MAX = 10_000;

/** Items that failed, and what readers still see of them: the outputs of their last good result stand until there is a better one. */
export class StaleResults {
  readonly #failed = new Map<string, ItemResult>();
  readonly #mayStay: NonNullable<Kind['mayStay']>;

  constructor({ mayStay = () => true }: Pick<Kind, 'mayStay'>) {
    this.#mayStay = mayStay;
  }

  /** True when the result failed without any output and comes later, with its earlier ones. */
  hold(result: ItemResult): boolean {
    if (result.status !== 'failed' || result.outputs.length > 0) return false;
    if (this.#failed.size >= HELD_MAX) return false;
    this.#failed.set(result.id, result);
    return true;
  }

  /** A line of the manifest before; `refused` when its outputs must not be seen any longer. */
  see(last: ItemResult): 'refused' | undefined {
    const { id, outputs } = last;
    const failed = this.#failed.get(id);
    if (!failed || outputs.length === 0) return undefined;
    if (!this.#mayStay(failed, last)) return 'refused';
    this.#failed.set(id, { ...failed, outputs, stale: true });
    return undefined;
  }

  results(): Iterable<ItemResult> {
    return this.#failed.values();
  }
}
