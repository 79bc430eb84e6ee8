/** What a run has cost so far, against what the stack's config lets it cost. */
import * as z from 'zod';
import { type Budget, budgetOf } from '../aws/budgets.ts';
import { getRow, updateRow } from '../aws/table.ts';
import { type Failure, newFailure } from '../errors.ts';
import type { Allowance } from '../kind.ts';
import type { ClusterMessage } from './message.ts';

const spent = z.object({
  computeSeconds: z.number().default(0),
  modelCalls: z.number().default(0),
  modelTokens: z.number().default(0),
});
type Spent = z.infer<typeof spent>;

const METERED: readonly (keyof Spent)[] = ['computeSeconds', 'modelCalls', 'modelTokens'];

type Place = Pick<ClusterMessage, 'run' | 'generation' | 'kind'>;
const budgetKey = ({ run, generation }: Place): string => `budget#${run}#${generation}`;

/** Says what a run may not go over, by the config's key. */
export function overBudget(kind: string, what: keyof Budget, most: number): Failure {
  return newFailure(
    'BUDGET_SPENT',
    `expected the run to need at most ${most} ${what} (budgets.${kind}.${what} of the config); what comes after is left out`,
  );
}

/**
 * The bill of one cluster. Where the config sets no limit to what is metered it costs nothing, else a read and a write. What
 * functions spend at the same time is seen by the clusters after them, so a run may go over by as much as is at work at once.
 */
export class Bill {
  readonly #place: Place;
  readonly #budget: Budget;
  readonly #before: Spent;
  readonly #started = performance.now();
  #calls = 0;
  #tokens = 0;

  static async open(place: Place): Promise<Bill> {
    const budget = budgetOf(place.kind);
    const row = isMetered(budget) ? await getRow(budgetKey(place)) : undefined;
    return new Bill(place, budget, spent.parse(row ?? {}));
  }

  private constructor(place: Place, given: Budget, before: Spent) {
    this.#place = place;
    this.#budget = given;
    this.#before = before;
  }

  /** Why nothing more may be done for the run, if so. */
  get over(): Failure | undefined {
    const found = METERED.find((what) => this.#rest(what) <= 0);
    return found && overBudget(this.#place.kind, found, this.#budget[found] ?? 0);
  }

  /** What may still be asked of models. */
  get left(): Allowance {
    return { modelCalls: this.#rest('modelCalls'), modelTokens: this.#rest('modelTokens') };
  }

  note({ modelCalls, modelTokens }: Allowance): void {
    this.#calls += modelCalls;
    this.#tokens += modelTokens;
  }

  /** Every attempt is on the bill, a repeated one too; that of a killed function is not. */
  async pay(): Promise<void> {
    if (isMetered(this.#budget)) await updateRow(budgetKey(this.#place), { add: this.#own });
  }

  get #own(): Spent {
    const computeSeconds = (performance.now() - this.#started) / 1000;
    return { computeSeconds, modelCalls: this.#calls, modelTokens: this.#tokens };
  }

  #rest(what: keyof Spent): number {
    return (this.#budget[what] ?? Number.POSITIVE_INFINITY) - this.#before[what] - this.#own[what];
  }
}

const isMetered = (given: Budget): boolean => METERED.some((what) => given[what] !== undefined);
