import type { CallContext } from '../../kind.ts';
import type { RowResult } from './answer.ts';
import type { RowsOptions } from './schema.ts';

/** Judges while a run goes on whether too many of its rows have failed. */
export class Tolerance {
  readonly #context: Pick<CallContext<RowsOptions>, 'options' | 'progress'>;
  /** Of this cluster, which the ledger does not know yet. */
  readonly #own = { ok: 0, failed: 0 };

  constructor(context: Pick<CallContext<RowsOptions>, 'options' | 'progress'>) {
    this.#context = context;
  }

  see(results: readonly RowResult[]): void {
    for (const result of results) this.#own['failure' in result ? 'failed' : 'ok']++;
  }

  /** Why the rest is not to be run; undefined while it is. */
  async exceeded(): Promise<string | undefined> {
    const { tolerated, minimumSample } = this.#context.options;
    if (!tolerated) return undefined;
    const { ok, failed } = await this.#context.progress();
    const failures = failed + this.#own.failed;
    const total = failures + ok + this.#own.ok;
    if ('count' in tolerated) {
      return failures > tolerated.count
        ? `expected at most ${tolerated.count} failed rows, found ${failures}`
        : undefined;
    }
    const isTooMany = total >= minimumSample && failures > tolerated.share * total;
    const percent = tolerated.share * 100;
    return isTooMany ? `expected at most ${percent} % failed rows, found ${failures} of ${total}` : undefined;
  }
}
