/** The arguments of `npm run pdf`: which there are, and what each may be. */
import { parseArgs } from 'node:util';
import * as z from 'zod';

/** What is wrong with the command line, for the person who wrote it. */
export class UsageError extends Error {}

const whole = z.string().regex(/^\d+$/, 'expected a whole number').transform(Number);
const price = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'expected two prices such as 2.5,10')
  .transform(Number);
const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'expected JSON' });
    return z.NEVER;
  }
});

const flags = z.object({
  json: z.boolean().default(false),
  'front-matter': z.boolean().default(false),
  help: z.boolean().default(false),
});

const values = z.object({
  pages: z.string().optional(),
  out: z.string().optional(),
  tables: z.enum(['auto', 'github', 'html']).optional(),
  figures: z.string().min(1).optional(),
  ocr: z.enum(['auto', 'on', 'off']).default('auto'),
  lang: z
    .string()
    .transform((codes) => codes.split('+'))
    .optional(),
  dpi: whole.pipe(z.int().min(36).max(600)).optional(),
  vision: z.enum(['auto', 'all', 'off']).default('off'),
  'vision-endpoint': z.string().optional(),
  'vision-model': z.string().optional(),
  'vision-parameters': json.optional(),
  'vision-concurrency': whole.pipe(z.int().min(1).max(64)).optional(),
  'vision-prices': z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.tuple([price, price]))
    .optional(),
});

const schema = z.object({ ...flags.shape, ...values.shape });

export type Arguments = z.infer<typeof schema>;

/** The options by their names, and what else was given. @throws UsageError */
export function parseArguments(args: readonly string[]): {
  readonly options: Arguments;
  readonly rest: readonly string[];
} {
  const { values: given, positionals } = tell(args);
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new UsageError(toProblem(parsed.error, given));
  return { options: parsed.data, rest: positionals };
}

/** Options apart from the rest, their values as text. */
function tell(args: readonly string[]) {
  const names = (shape: object, type: 'boolean' | 'string') =>
    Object.fromEntries(Object.keys(shape).map((name) => [name, { type }]));
  const options = { ...names(flags.shape, 'boolean'), ...names(values.shape, 'string') };
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...options, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function toProblem({ issues: [issue] }: z.ZodError, given: Readonly<Record<string, unknown>>): string {
  const name = String(issue?.path[0] ?? '');
  return `--${name}: ${issue?.message}, found "${given[name]}"`;
}
