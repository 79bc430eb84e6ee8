import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { toIssues } from '../../shared/safe-text/issues.ts';
import type { Guest } from '../local/lambda/guest.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../local/template.ts';
import type { LocalSettings } from './synth.ts';
import { UsageError } from './usage.ts';

const schema = z.object({
  kind: z.string().optional(),
  name: z.string().min(1).optional(),
  option: z.array(z.string()).default([]),
  secret: z.array(z.string()).default([]),
  'allow-host': z.array(z.string()).default([]),
  function: z.string().optional(),
  command: z.string().optional(),
  'function-memory': z.coerce.number().int().min(128).max(10_240).default(512),
  out: z.string().default('out'),
  state: z.string().default('.smallbatch'),
  concurrency: z.coerce.number().int().min(1).max(1000).default(availableParallelism()),
  duplicates: z.boolean().default(false),
  verbose: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type Settings = z.infer<typeof schema>;

/** @throws UsageError */
export function parseSettings(argv: string[]): { settings: Settings; positionals: string[] } {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      kind: { type: 'string' },
      name: { type: 'string' },
      option: { type: 'string', multiple: true },
      secret: { type: 'string', multiple: true },
      'allow-host': { type: 'string', multiple: true },
      function: { type: 'string' },
      command: { type: 'string' },
      'function-memory': { type: 'string' },
      out: { type: 'string' },
      state: { type: 'string' },
      concurrency: { type: 'string' },
      duplicates: { type: 'boolean' },
      verbose: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
  const parsed = schema.safeParse(values);
  if (!parsed.success) throw new UsageError(toIssues(parsed.error));
  return { settings: parsed.data, positionals };
}

/** `a=1` → `{ a: '1' }`; the kind's schema says what an option's value must be. */
export function toPairs(usage: string, pairs: readonly string[]): Record<string, string> {
  const entries = pairs.map((pair) => {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new UsageError(`expected ${usage}, found "${pair}"`);
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  return Object.fromEntries(entries);
}

/** Hosts and secrets that are given for this run, as the config has them. */
export async function toLocalSettings(kind: string, chosen: Settings) {
  const files = Object.entries(toPairs('--secret NAME=FILE', chosen.secret));
  const toArn = (name: string): string =>
    `arn:aws:secretsmanager:${LOCAL_REGION}:${LOCAL_ACCOUNT}:secret:${name}`;
  const values = files.map(
    async ([name, file]) => [toArn(name), (await readFile(file, 'utf8')).trim()] as const,
  );
  const arns = Object.fromEntries(files.map(([name]) => [name, toArn(name)]));
  const hosts = chosen['allow-host'];
  const settings: LocalSettings = {
    ...(hosts.length > 0 ? { allowedHosts: { [kind]: hosts } } : {}),
    ...(files.length > 0 ? { secrets: { [kind]: arns } } : {}),
  };
  return { settings, secrets: new Map(await Promise.all(values)) };
}

/** The function that a person brings along, if any. @throws UsageError */
export function toGuest(chosen: Settings): Guest | undefined {
  const { function: module, command, 'function-memory': memoryMb } = chosen;
  if (module !== undefined && command !== undefined)
    throw new UsageError('expected --function or --command, found both');
  return module === undefined && command === undefined ? undefined : { module, command, memoryMb };
}
