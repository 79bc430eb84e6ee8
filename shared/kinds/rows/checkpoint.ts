import * as z from 'zod';
import { ERROR_CODES, type ErrorCode, newFailure } from '../../errors.ts';
import type { CallContext } from '../../kind.ts';
import type { CallResult } from './call.ts';
import type { RowsOptions } from './schema.ts';

/** Finished calls that are not stored yet took so long together: a kill has no more than this to be done again, and a call. */
const UNSTORED_MS = 1_000;

const code = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]);
const failure = z
  .object({ code, message: z.string() })
  .transform((stored) => newFailure(stored.code, stored.message));
const rowResult = z.union([z.object({ failure }), z.object({ value: z.string().optional() })]);
/** `isAgain`: an earlier delivery may have made the call, too. */
const stored = z.object({
  results: z.array(rowResult),
  attempts: z.number(),
  ms: z.number(),
  isAgain: z.boolean(),
});
export type Stored = z.infer<typeof stored>;

/** What the calls of a cluster came to. `begun`: deliveries that began to call. */
const content = z.object({
  begun: z.number(),
  calls: z.record(z.string(), stored),
});
type Content = z.infer<typeof content>;

type Context = Pick<CallContext<RowsOptions>, 'journal' | 'cluster'>;

/**
 * A cluster's calls in the journal. Before the first call it is written that calls begin, so that a call of an earlier delivery
 * that left no result is known to have been made, perhaps; then every second what they came to.
 */
export class Checkpoint {
  readonly #context: Context;
  readonly #content: Content;
  #unstoredMs = 0;

  static async open(context: Context): Promise<Checkpoint> {
    const bytes = await context.journal.read(keyOf(context));
    const before = bytes && content.parse(JSON.parse(Buffer.from(bytes).toString()));
    const checkpoint = new Checkpoint(context, { calls: {}, ...before, begun: (before?.begun ?? 0) + 1 });
    await checkpoint.store();
    return checkpoint;
  }

  private constructor(context: Context, before: Content) {
    this.#context = context;
    this.#content = before;
  }

  find(call: number): Stored | undefined {
    return this.#content.calls[call];
  }

  async add(call: number, { results, attempts }: CallResult, ms: number): Promise<Stored> {
    const made = { results: [...results], attempts, ms, isAgain: this.#content.begun > 1 };
    this.#content.calls[call] = made;
    this.#unstoredMs += ms;
    if (this.#unstoredMs >= UNSTORED_MS) await this.store();
    return made;
  }

  /** This delivery ends in order: what it began it has stored. */
  async handOn(): Promise<void> {
    this.#content.begun--;
    await this.store();
  }

  async store(): Promise<void> {
    await this.#context.journal.write(keyOf(this.#context), JSON.stringify(this.#content));
    this.#unstoredMs = 0;
  }
}

const keyOf = ({ cluster }: Context): string => `calls/${cluster}.json`;
