import { SmallbatchError } from '../errors.ts';

/** Every variable the functions read. infra sets them by these names, so that a forgotten one fails to compile. */
export const ENV_NAMES = {
  table: 'TABLE_NAME',
  inbox: 'INBOX_BUCKET',
  results: 'RESULTS_BUCKET',
  intakeQueue: 'INTAKE_QUEUE_URL',
  finishQueue: 'FINISH_QUEUE_URL',
  /** JSON: `{"<kind>-<memory size in MB>": "<queue URL>"}`. */
  clusterQueues: 'CLUSTER_QUEUE_URLS',
  eventBus: 'EVENT_BUS_NAME',
  /** JSON, by kind: hosts (`name`, `name:port`) with private addresses that it may send requests to. */
  allowedHosts: 'ALLOWED_HOSTS',
  /** JSON: `{"<kind>": {"<name>": {"arn", "use", "origins"}}}`, the secrets that kinds may read (aws/secrets.ts). */
  secrets: 'SECRET_ARNS',
  /** JSON, by kind: how servers are spoken to (aws/servers.ts). */
  servers: 'SERVERS',
  /** JSON, by kind: what one run may cost (run/budget.ts). */
  budgets: 'BUDGETS',
  /** JSON, by kind: `<bucket>/<prefix>` of objects that it may read beside its sources. */
  buckets: 'READABLE_BUCKETS',
  /** JSON: `{"<kind>": {"<name or ARN>": "<ARN>"}}`, the functions that kinds may call. */
  functions: 'FUNCTION_ARNS',
} as const;

export type EnvKey = keyof typeof ENV_NAMES;

/**
 * Reads the named variables; called at set-up, not at import.
 * @throws SmallbatchError ENV_MISSING that names every missing one
 */
export function readEnv<K extends EnvKey>(
  keys: readonly K[],
  env: NodeJS.ProcessEnv = process.env,
): Record<K, string> {
  const missing = keys.filter((key) => !env[ENV_NAMES[key]]).map((key) => ENV_NAMES[key]);
  if (missing.length > 0)
    throw new SmallbatchError(
      'ENV_MISSING',
      `expected environment variables ${missing.join(', ')}, found none`,
    );
  return Object.fromEntries(keys.map((key) => [key, env[ENV_NAMES[key]]])) as Record<K, string>;
}
