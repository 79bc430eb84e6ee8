import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import type { Call, Gate } from '../gateway.ts';
import { wildcard } from '../iam/policy.ts';
import { injectFault } from './inject-fault.ts';

/** A call that waits longer than any client does is a reset; and a typing error should not hang a run. */
const MAX_DELAY_MS = 60_000;

const rule = z.strictObject({
  /** Patterns with the wildcards `*` and `?`: `s3`, `Put*`, `process-*`. */
  service: z.string().default('*'),
  operation: z.string().default('*'),
  caller: z.string().default('*'),
  /**
   * `throttle` and `error` (a 500) answer in the service's place; `reset` ends the connection before the service has seen
   * the call, `lost` after it has done the work; a delay comes before whatever else is to happen.
   */
  fault: z.union([
    z.enum(['throttle', 'error', 'reset', 'lost']),
    z.strictObject({ delayMs: z.number().int().min(1).max(MAX_DELAY_MS) }),
  ]),
  /** Of each call that the rule matches, from 0 to 1; or else every nth of them. */
  chance: z.number().min(0).max(1).optional(),
  every: z.number().int().min(1).optional(),
});
const faults = z.strictObject({
  /** The same seed gives each rule the same sequence of decisions over the calls that it matches. */
  seed: z.number().int().default(1),
  rules: z.array(
    rule.refine(({ chance, every }) => (chance === undefined) !== (every === undefined), {
      error: 'expected either chance or every',
    }),
  ),
});

/** Which calls of the functions go wrong, and how. */
export type Faults = z.input<typeof faults>;
type Parsed = z.output<typeof faults>;
/** All but a delay, which the call survives. */
export type AnsweringFault = Exclude<Parsed['rules'][number]['fault'], object>;

export interface FaultInjector {
  readonly gate: Gate;
  /** `<service> <fault>` → how often it was injected. */
  readonly injected: ReadonlyMap<string, number>;
}

/** A gate that has calls go wrong. Throws a ZodError for rules that are not valid. */
export function createFaults(input: Faults): FaultInjector {
  const decide = createDecision(input);
  const injected = new Map<string, number>();
  const count = (name: string) => void injected.set(name, (injected.get(name) ?? 0) + 1);
  const gate: Gate = async (request, response, call) => {
    const { delayMs, fault } = decide(call);
    if (delayMs > 0) {
      count(`${call.service} delay`);
      await setTimeout(delayMs);
    }
    if (!fault) return request;
    count(`${call.service} ${fault}`);
    return injectFault(fault, request, response, call);
  };
  return { gate, injected };
}

export interface Decision {
  /** All delays that are due, together. */
  readonly delayMs: number;
  /** The first of the others that is due. */
  readonly fault: AnsweringFault | undefined;
}

/** What is to happen to each call, in the order in which they come. Every rule that matches decides, due or not. */
export function createDecision(input: Faults): (call: Call) => Decision {
  const { seed, rules } = faults.parse(input);
  const compiled = rules.map((each, n) => ({
    fault: each.fault,
    isDue: each.every ? everyNth(each.every) : byChance(each.chance ?? 0, seed + n * 0x9e3779b9),
    matches: toMatch(each),
  }));
  return (call) => {
    const due = compiled.filter(({ matches, isDue }) => matches(call) && isDue()).map(({ fault }) => fault);
    return {
      delayMs: due.reduce((sum, fault) => sum + (typeof fault === 'object' ? fault.delayMs : 0), 0),
      fault: due.find((fault) => typeof fault === 'string'),
    };
  };
}

function toMatch({ service, operation, caller }: Parsed['rules'][number]): (call: Call) => boolean {
  const patterns = [wildcard(service), wildcard(operation), wildcard(caller)];
  return (call) =>
    [call.service, call.operation, call.caller].every((text, n) => patterns[n]?.test(text) ?? false);
}

function everyNth(every: number): () => boolean {
  let calls = 0;
  return () => ++calls % every === 0;
}

/** Mulberry32: small, seeded and even enough. */
function byChance(chance: number, seed: number): () => boolean {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 < chance;
  };
}
