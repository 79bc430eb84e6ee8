import * as z from 'zod';

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
const chance = z.number().min(0).max(1).default(0);
/** What becomes of the messages that the functions send; each by its chance. */
const messages = z.strictObject({
  /** Delivered a second time, seconds later. */
  late: chance,
  /** Accepted, and never delivered. */
  drop: chance,
  /** Delivered some seconds later, so after others that were sent after it. */
  delay: chance,
});
export type MessageFaults = z.output<typeof messages>;

export const faults = z.strictObject({
  /** The same seed gives each rule the same sequence of decisions over the calls that it matches. */
  seed: z.number().int().default(1),
  rules: z.array(
    rule.refine(({ chance, every }) => (chance === undefined) !== (every === undefined), {
      error: 'expected either chance or every',
    }),
  ),
  messages: messages.optional(),
});

/** Which calls of the functions go wrong, and how. */
export type Faults = z.input<typeof faults>;
export type Parsed = z.output<typeof faults>;
/** All but a delay, which the call survives. */
export type AnsweringFault = Exclude<Parsed['rules'][number]['fault'], object>;
