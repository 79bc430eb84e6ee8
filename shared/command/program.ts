/** Several commands under one name. */
import { toSafeText } from '../safe-text/safe-text.ts';
import { asksFor, type Command, type Streams, version } from './define-command.ts';
import { EXIT } from './exit.ts';
import { toColumns } from './help.ts';
import { didYouMean } from './nearest.ts';

export interface Program {
  readonly name: string;
  readonly commands: readonly Command[];
  /** More paragraphs for its help. */
  details?(): string;
}

/** Finds the command that is asked for, and runs it; returns the exit code. */
export async function runProgram(
  program: Program,
  argv: readonly string[],
  streams: Streams = process,
): Promise<number> {
  const command = findCommand(program, argv);
  if (command) return await command.run(argv.slice(wordsOf(program, command).length), streams);
  if (argv.length > 0 && asksFor(argv.slice(0, 1), '--version')) return print(version(), streams);
  if (argv.length > 0 && asksFor(argv, '--help', '-h')) return print(toProgramHelp(program), streams);
  const names = program.commands.map((each) => wordsOf(program, each).join(' '));
  const found = argv.join(' ');
  const hint = didYouMean(argv[0] ?? '', names);
  const complaint =
    found === '' ? '' : `${toSafeText(`${program.name}: expected a command, found "${found}"${hint}`)}\n\n`;
  streams.stderr.write(`${complaint}${toProgramHelp(program)}\n`);
  return EXIT.usage;
}

function print(text: string, { stdout }: Streams): number {
  stdout.write(`${text}\n`);
  return EXIT.done;
}

/** The words that name a command, after the program's own: `galaxy reindex`. */
export const wordsOf = ({ name }: Program, command: Command): string[] =>
  command.name.slice(name.length).trim().split(' ');

function findCommand(program: Program, argv: readonly string[]): Command | undefined {
  return program.commands.find((command) =>
    wordsOf(program, command).every((word, index) => word === argv[index]),
  );
}

function toProgramHelp(program: Program): string {
  const { name, commands, details } = program;
  const rows = commands.map(
    (command) => [wordsOf(program, command).join(' '), firstSentence(command)] as const,
  );
  return [
    `Usage: ${name} <command> [options]`,
    `Commands:\n${toColumns(rows)}`,
    ...(details ? [details()] : []),
    `${name} <command> --help prints a command's options; ${name} --version prints the version.`,
  ].join('\n\n');
}

const firstSentence = ({ summary }: Command): string => summary.replace(/\.(?:\s[\s\S]*)?$/, '');
