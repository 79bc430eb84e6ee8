/** The parts of the docs that are made of the code. `npm run docs` writes them, and a test compares. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../../infra/cli/program.ts';
import { configSchema } from '../../infra/config.ts';
import { EXIT_TEXT } from '../../shared/command/exit.ts';
import { type OptionSpec, toOptionSpecs } from '../../shared/command/options.ts';
import { ERROR_CODES } from '../../shared/errors.ts';
import { allKinds } from '../../shared/kinds/index.ts';
import { pdfCommand } from '../../shared/pdf/cli/main.ts';
import { zipCommand } from '../../shared/zip/cli/main.ts';

export const root = join(import.meta.dirname, '..', '..');

/** A text by the page that has it and its name there: it stands between `<!-- name … -->` and `<!-- /name -->`. */
export interface Part {
  readonly page: string;
  readonly name: string;
  readonly text: string;
}

export const toParts = (): Part[] => [
  { page: 'shared/errors.md', name: 'codes', text: toTable(['code', 'meaning'], codeRows()) },
  { page: 'infra/config.md', name: 'settings', text: settingsTable() },
  { page: 'infra/cli/README.md', name: 'commands', text: program.commands.map(toHelpBlock).join('\n\n') },
  { page: 'infra/cli/README.md', name: 'exit-codes', text: toTable(['code', 'meaning'], exitRows()) },
  { page: 'shared/pdf/README.md', name: 'help', text: toBlock(pdfCommand.help()) },
  { page: 'shared/zip/README.md', name: 'help', text: toBlock(zipCommand.help()) },
  { page: 'CONTRIBUTING.md', name: 'example', text: exampleKind() },
  ...allKinds().map(({ name, options }) => ({
    page: `shared/kinds/${name}/README.md`,
    name: 'options',
    text: optionsTable(toOptionSpecs(options)),
  })),
];

const codeRows = (): string[][] => Object.entries(ERROR_CODES).map(([code, text]) => [`\`${code}\``, text]);
const exitRows = (): string[][] => EXIT_TEXT.map(([code, text]) => [String(code), text]);

function settingsTable(): string {
  const rows = toOptionSpecs(configSchema).map(({ name, byDefault, description }) => [
    `\`${name}\``,
    byDefault === undefined ? '' : `\`${byDefault}\``,
    description,
  ]);
  return toTable(['setting', 'default', 'meaning'], rows);
}

function optionsTable(specs: readonly OptionSpec[]): string {
  const rows = specs.map(({ name, value = '', choices, expected, byDefault, description }) => [
    `\`${name}\``,
    choices.length > 0 ? choices.map((choice) => `\`${choice}\``).join(', ') : expectedOf(value, expected),
    byDefault === undefined ? '' : `\`${byDefault}\``,
    description,
  ]);
  return toTable(['option', 'values', 'default', 'meaning'], rows);
}

/** `a whole number from 1 to 16`, or what stands for a value: `URL`. */
const expectedOf = (value: string, expected: string): string => (value === 'N' ? expected : value);

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const toBlock = (text: string): string => `\`\`\`\n${text}\n\`\`\``;
const toHelpBlock = (command: { help(): string }): string =>
  toBlock(command.help().split('\n\nOptions of the kind')[0] ?? '');

function exampleKind(): string {
  const code = readFileSync(join(root, 'test', 'conformance', 'example-kind.ts'), 'utf8');
  return `\`\`\`ts\n${code.trimEnd()}\n\`\`\``;
}
