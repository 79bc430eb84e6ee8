/** A command line's arguments as its schema has them. */
import { parseArgs } from 'node:util';
import type * as z from 'zod';
import { didYouMean } from './nearest.ts';
import { type OptionSpec, toOptionSpecs, toProblem } from './options.ts';
import { UsageError } from './usage-error.ts';

/** What stands on a command line beside options, e.g. `{ name: 'file', least: 1, most: 1 }`. */
export interface Operands {
  readonly name: string;
  readonly least: number;
  readonly most: number;
}

export interface Given<S extends z.ZodType> {
  readonly options: z.output<S>;
  readonly operands: readonly string[];
}

/** @throws UsageError that says what was expected and what was found */
export function parseArguments<S extends z.ZodType>(
  argv: readonly string[],
  schema: S,
  operands: Operands,
): Given<S> {
  const specs = toOptionSpecs(schema);
  const { values, rest } = readTokens(argv, specs);
  const parsed = schema.safeParse(values);
  if (!parsed.success) throw new UsageError(`--${toProblem(parsed.error, values, specs)}`);
  checkOperands(rest, operands);
  return { options: parsed.data, operands: rest };
}

function readTokens(argv: readonly string[], specs: readonly OptionSpec[]) {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      specs.map(({ name, value }) => [name, { type: value === undefined ? 'boolean' : 'string' }]),
    ),
  });
  const values: Record<string, unknown> = {};
  const rest: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') rest.push(token.value);
    if (token.kind === 'option') addOption(values, token, specs);
  }
  return { values, rest };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string;
  readonly inlineValue?: boolean;
}

function addOption(values: Record<string, unknown>, token: OptionToken, specs: readonly OptionSpec[]): void {
  const { name, rawName } = token;
  const spec = specs.find((each) => each.name === name);
  if (!spec) {
    const known = specs.map((each) => `--${each.name}`);
    throw new UsageError(`expected an option that there is, found ${rawName}${didYouMean(rawName, known)}`);
  }
  const value = toValue(token, spec);
  if (spec.isRepeatable) values[name] = [...((values[name] as unknown[] | undefined) ?? []), value];
  else if (name in values) throw new UsageError(`expected ${rawName} once, found it twice`);
  else values[name] = value;
}

function toValue({ rawName, value, inlineValue }: OptionToken, spec: OptionSpec): string | true {
  if (spec.value === undefined) {
    if (value === undefined) return true;
    throw new UsageError(`${rawName}: expected no value, found "${value}"`);
  }
  // `--out --json` means that a value was forgotten; one that begins so is written `--out=--json`
  if (value !== undefined && (inlineValue || !value.startsWith('--'))) return value;
  throw new UsageError(`expected ${rawName} ${spec.value}, found ${value ?? 'no value'}`);
}

function checkOperands(found: readonly string[], { name, least, most }: Operands): void {
  if (found.length >= least && found.length <= most) return;
  const expected = most === 0 ? 'only options' : `${most > 1 ? 'at least ' : ''}one ${name}`;
  const what = found.length > 1 ? `${found.length}: ${found.join(' ')}` : (found[0] ?? 'none');
  throw new UsageError(`expected ${expected}, found ${what}`);
}
