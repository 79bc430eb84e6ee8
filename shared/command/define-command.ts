/** The one way to make a command: its options are a zod schema, and parser, types, help and completion follow from it. */
import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type * as z from 'zod';
import { toFailure } from '../errors.ts';
import { toSafeText } from '../safe-text/safe-text.ts';
import { EXIT } from './exit.ts';
import { asFileError } from './file-error.ts';
import { toHelp } from './help.ts';
import { type OptionSpec, toOptionSpecs } from './options.ts';
import { type Given, type Operands, parseArguments } from './parse.ts';
import { UsageError } from './usage-error.ts';

export interface Streams {
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

export interface Command {
  /** As it is typed: `smallbatch run`. */
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  help(): string;
  /** Runs it and gives the exit code; whatever goes wrong is printed. */
  run(argv: readonly string[], streams?: Streams): Promise<number>;
}

export interface CommandSpec<S extends z.ZodObject> {
  readonly name: string;
  /** What it does, in a sentence or two. */
  readonly summary: string;
  /** What stands beside the options; nothing by default. */
  readonly operands?: Operands;
  /** By the names that are typed (`allow-host`), each with `.meta({ description, value })`; an unknown one is refused. */
  readonly options: S;
  /** More paragraphs for its help. */
  details?(): string;
  /** Returns the exit code. @throws UsageError for wrong usage; any other error is a failure */
  start(given: Given<S>, streams: Streams): Promise<number>;
}

const NO_OPERANDS: Operands = { name: 'operand', least: 0, most: 0 };

export function defineCommand<S extends z.ZodObject>(spec: CommandSpec<S>): Command {
  const { name, summary, operands = NO_OPERANDS, options: schema } = spec;
  const options = toOptionSpecs(schema);
  const help = (): string => toHelp({ name, summary, operands, options, details: spec.details?.() });
  return {
    name,
    summary,
    options,
    help,
    async run(argv, streams = process) {
      const print = (text: string): number => {
        streams.stdout.write(`${text}\n`);
        return EXIT.done;
      };
      if (asksFor(argv, '--help', '-h')) return print(help());
      if (asksFor(argv, '--version')) return print(version());
      try {
        return await spec.start(parseArguments(argv, schema, operands), streams);
      } catch (error) {
        return complain(name, error, streams);
      }
    },
  };
}

/** Is one of these options given, before a `--` that ends options? */
export function asksFor(argv: readonly string[], ...names: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? undefined : end).some((argument) => names.includes(argument));
}

export function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return String(JSON.parse(readFileSync(file, 'utf8')).version);
}

function complain(name: string, error: unknown, { stderr }: Streams): number {
  if (error instanceof UsageError) {
    stderr.write(`${toSafeText(`${name}: ${error.message}`)}\n(${name} --help prints the options)\n`);
    return EXIT.usage;
  }
  const { code, message } = toFailure(asFileError(error));
  stderr.write(`${name}: ${code}: ${message}\n`);
  return EXIT.failed;
}
