import { SmallbatchError } from '../errors.ts';
import type { Allowance, ModelMeter } from '../kind.ts';

const UNLIMITED: Allowance = {
  modelCalls: Number.POSITIVE_INFINITY,
  modelTokens: Number.POSITIVE_INFINITY,
};

/** Counts what items ask of models, and stops them where the run's budget ends. */
export class AllowedModels implements ModelMeter {
  readonly #left: Allowance;
  #calls = 0;
  #tokens = 0;

  constructor(left: Allowance = UNLIMITED) {
    this.#left = left;
  }

  get spent(): Allowance {
    return { modelCalls: this.#calls, modelTokens: this.#tokens };
  }

  claimCall(): void {
    const { modelCalls, modelTokens } = this.#left;
    if (this.#calls >= modelCalls) throw over('modelCalls');
    if (this.#tokens >= modelTokens) throw over('modelTokens');
    this.#calls++;
  }

  noteTokens(tokens: number): void {
    this.#tokens += tokens;
  }
}

const over = (what: keyof Allowance): SmallbatchError =>
  new SmallbatchError('BUDGET_SPENT', `the run's ${what} are used up (budgets of the config)`);
