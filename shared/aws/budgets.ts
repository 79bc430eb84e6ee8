import * as z from 'zod';
import { readEnv } from './env.ts';

const most = z.number().int().positive().optional();

/** What one run may cost, by the stack's config; nothing in an upload can raise it. */
export const budget = z.strictObject({
  /** Items that are not carried over. */
  items: most,
  /** Source bytes that they read, as far as known. */
  bytes: most,
  /** Seconds that functions are at work for its items, together. */
  computeSeconds: most,
  /** Requests to a model, and the tokens of both ways. */
  modelCalls: most,
  modelTokens: most,
  /** Collections of a mirror, those that others depend on included. */
  collections: most,
});
export type Budget = z.infer<typeof budget>;

const budgetsByKind = z.record(z.string(), budget);

export const budgetOf = (kind: string): Budget =>
  budgetsByKind.parse(JSON.parse(readEnv(['budgets']).budgets))[kind] ?? {};
