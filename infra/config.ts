import * as z from 'zod';
import { budget } from '../shared/aws/budgets.ts';
import type { Kind } from '../shared/kind.ts';
import { allKinds } from '../shared/kinds/index.ts';
import { toIssues } from '../shared/safe-text/issues.ts';
import { hostSettings, wrongHosts } from './config-hosts.ts';

/** New AWS accounts can't make a function larger than this until they ask for more. */
const ACCOUNT_MEMORY_CAP_MB = 3008;

const memorySize = z.number().int().min(128).max(10_240);

/** Scheduler's expression, e.g. `cron(0 4 ? * MON *)`, and the options of the run. */
const when = { expression: z.string(), options: z.record(z.string(), z.unknown()).default({}) };

const schedule = z.union([
  /** One object of the inbox. */
  z.strictObject({ key: z.string(), ...when }),
  /** In each folder below `prefix` the newest object that ends in `suffix`. */
  z.strictObject({ prefix: z.string().min(1), suffix: z.string().default(''), ...when }),
]);

/** What ops may set, under `context.smallbatch` of cdk.json or by `-c`. Everything has a default. */
export const configSchema = z.strictObject({
  stackName: z.string().default('Smallbatch').describe('Name of the stack.'),
  logRetentionDays: z.number().int().positive().default(30).describe("Days that Lambda's logs are kept."),
  workRetentionDays: z
    .number()
    .int()
    .positive()
    .default(30)
    .describe(
      "A run's own work (plans, cluster results, staged outputs); what readers see is never removed by age.",
    ),
  journalRetentionDays: z
    .number()
    .int()
    .positive()
    .default(90)
    .describe("What kinds keep for later runs (converted pages), and so don't do again."),
  inboxVersionDays: z
    .number()
    .int()
    .positive()
    .default(7)
    .describe('Older versions of uploads, which open runs still read.'),
  accountConcurrency: z
    .number()
    .int()
    .min(10)
    .default(10)
    .describe(
      'Functions that the account may have at work at once: 10 in a new one, 1,000 when AWS has raised it.',
    ),
  alarmTopicArn: z
    .string()
    .startsWith('arn:')
    .optional()
    .describe('SNS topic that the alarms tell; without one they are only seen in CloudWatch.'),
  concurrency: z
    .record(z.string(), z.number().int().min(2).max(1000))
    .default({})
    .describe('Functions at work at once, by kind.'),
  memoryMb: z
    .record(z.string(), z.tuple([memorySize]).rest(memorySize))
    .default({})
    .describe('Memory sizes (tiers) in MB, by kind, smallest first.'),
  memoryCapMb: memorySize.default(ACCOUNT_MEMORY_CAP_MB).describe('Largest size that a function may get.'),
  schedules: z.array(schedule).default([]).describe('Runs that start by the clock.'),
  bedrockModels: z
    .record(z.string(), z.array(z.string().startsWith('arn:')))
    .default({})
    .describe(
      'Models of Bedrock that a kind may ask, by kind: ARNs of foundation models and inference profiles.',
    ),
  buckets: z
    .record(z.string(), z.array(z.string().regex(/^[^/*]+\/[^*]*$/, 'expected <bucket>/<prefix>')))
    .default({})
    .describe('`<bucket>/<prefix>` of objects that a kind may read and list beside its sources, by kind.'),
  functions: z
    .record(z.string(), z.array(z.string().min(1)))
    .default({})
    .describe('Functions that a kind may call, by kind: names (of this account and region) or ARNs.'),
  ...hostSettings,
  budgets: z
    .record(z.string(), budget)
    .default({})
    .describe(
      'What one run may cost, by kind: `items`, `bytes`, `computeSeconds`, `modelCalls`, `modelTokens`, `collections`; over it the run ends with what it has.',
    ),
});
export type Config = z.infer<typeof configSchema>;

/** @throws Error that names the path of the first wrong setting */
export function parseConfig(context: unknown): Config {
  const parsed = configSchema.safeParse(context ?? {});
  if (!parsed.success) throw new Error(`cdk.json, context.smallbatch: ${toIssues(parsed.error)}`);
  const config = parsed.data;
  const [wrong] = wrongHosts(config, allKinds());
  if (wrong !== undefined) throw new Error(`cdk.json, context.smallbatch: ${wrong}`);
  for (const kind of allKinds()) {
    const largest = Math.max(...tiersOf(kind, config));
    if (largest > config.memoryCapMb) {
      throw new Error(
        `${kind.name}: expected memory sizes up to ${config.memoryCapMb} MB (memoryCapMb), found ${largest}`,
      );
    }
  }
  return config;
}

/** A kind's memory sizes: the config's, else its own. */
export function tiersOf(kind: Kind, config: Config): readonly number[] {
  return config.memoryMb[kind.name] ?? kind.limits.memoryMb;
}

export function concurrencyOf(kind: Kind, config: Config): number {
  return config.concurrency[kind.name] ?? atMost(kind.limits.concurrency, config);
}

/** Functions that are kept for the other steps while one tier of one kind is at work. */
const FOR_OTHER_STEPS = 4;
/** Lambda's own least MaximumConcurrency. */
const LEAST_CONCURRENCY = 2;

/**
 * As many functions at once as the account has room for: pollers beyond that find every function busy, and each time is a delivery of
 * the message.
 */
const atMost = (wanted: number, { accountConcurrency }: Config): number =>
  Math.max(LEAST_CONCURRENCY, Math.min(wanted, accountConcurrency - FOR_OTHER_STEPS));

/** Of a step that works for all kinds: a fifth of the account's room. */
export const shareOf = (wanted: number, { accountConcurrency }: Config): number =>
  Math.max(LEAST_CONCURRENCY, Math.min(wanted, Math.floor(accountConcurrency / 5)));
