import * as z from 'zod';
import { UsageError } from '../../shared/command/usage-error.ts';
import { allKinds } from '../../shared/kinds/index.ts';
import type { Guest } from '../local/lambda/guest.ts';

/** More functions at once than any machine has use for. */
const MAX_CONCURRENCY = 1000;
/** What Lambda offers. */
const FUNCTION_MB = { least: 128, most: 10_240 } as const;

/** Where a command finds what local runs left. */
export const stateOption = z.string().default('.smallbatch').meta({
  value: 'DIR',
  description: 'what is kept between runs: inbox, results, ledger',
});

/** What every command that runs the local stack takes. */
export const stackOptions = z.object({
  out: z.string().default('out').meta({ value: 'DIR', description: 'where the results go' }),
  state: stateOption,
  concurrency: z.coerce.number().int().min(1).max(MAX_CONCURRENCY).optional().meta({
    description: 'functions at work at once, per queue (default: as many as there are processors)',
  }),
  duplicates: z.boolean().default(false).meta({
    description: 'deliver every event and every message twice, to see that it changes nothing',
  }),
  verbose: z.boolean().default(false).meta({
    description: "print the functions' logs to stderr (else they go to functions.log in the state folder)",
  }),
  json: z.boolean().default(false).meta({
    description: 'the last line of stdout is the report as one JSON object',
  }),
});

export const runOptions = z.object({
  kind: z
    .enum(allKinds().map(({ name }) => name))
    .optional()
    .meta({
      description: "the source's kind, where its name and content do not say",
    }),
  name: z.string().min(1).optional().meta({
    description: "what its results are called (default: the file's name)",
  }),
  option: z.array(z.string()).default([]).meta({
    value: 'KEY=VALUE',
    description: 'an option of the kind, see below',
  }),
  secret: z.array(z.string()).default([]).meta({
    value: 'NAME=FILE',
    description: 'the value of a secret that an option names',
  }),
  'allow-host': z.array(z.string()).default([]).meta({
    value: 'HOST',
    description:
      'a host (name or name:port) that may have a private address, and that secrets may go to: by https, or with http:// before it in clear text',
  }),
  bucket: z.array(z.string()).default([]).meta({
    value: 'NAME=DIR',
    description: 'a folder that a list may name as a bucket (s3://NAME/…)',
  }),
  host: z.array(z.string()).default([]).meta({
    value: 'HOST,NAME=VALUE…',
    description:
      'how a host is spoken to: proxy=URL, requests-per-second=N, and by the name of a secret proxy-login, ca, client-certificate, login or token',
  }),
  function: z.string().optional().meta({
    value: 'FILE',
    description: 'a module with a `handler`, which gets the rows of the list (kind rows)',
  }),
  command: z
    .string()
    .optional()
    .meta({
      value: 'LINE',
      description:
        'a command line in its place: {cluster} {clusters} {offset} {limit} are filled in, the items are its standard input as ' +
        'JSON, and its last line of output, if it is JSON, the results',
    }),
  'function-memory': z.coerce.number().int().min(FUNCTION_MB.least).max(FUNCTION_MB.most).default(512).meta({
    value: 'MB',
    description: 'its memory limit',
  }),
  'dry-run': z.boolean().default(false).meta({
    description:
      'only read the list (kind rows): rows, clusters, bad rows and what it would cost; nothing is sent',
  }),
  ...stackOptions.shape,
});
export type Settings = z.infer<typeof runOptions>;

/** `a=1` → `{ a: '1' }`. @throws UsageError */
export function toPairs(usage: string, pairs: readonly string[]): Record<string, string> {
  const entries = pairs.map((pair) => {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new UsageError(`expected ${usage}, found "${pair}"`);
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  return Object.fromEntries(entries);
}

/** The function that a person brings along, if any. @throws UsageError */
export function toGuest(chosen: Settings): Guest | undefined {
  const { function: module, command, 'function-memory': memoryMb } = chosen;
  if (module !== undefined && command !== undefined)
    throw new UsageError('expected --function or --command, found both');
  return module === undefined && command === undefined ? undefined : { module, command, memoryMb };
}
