/** Help texts, as wide as a terminal. */
import { EXIT_TEXT } from './exit.ts';
import type { OptionSpec } from './options.ts';
import type { Operands } from './parse.ts';

const WIDTH = 100;
const INDENT = '  ';
const WIDEST_NAME = 30;

export interface HelpParts {
  readonly name: string;
  readonly summary: string;
  readonly operands: Operands;
  readonly options: readonly OptionSpec[];
  /** More paragraphs, as they are. */
  readonly details?: string;
}

export function toHelp({ name, summary, operands, options, details }: HelpParts): string {
  const all = [
    ...options.map(toLine),
    ['--help', 'print this text'],
    ['--version', 'print the version'],
  ] as const;
  return [
    `Usage: ${[name, toOperands(operands), '[options]'].filter(Boolean).join(' ')}`,
    wrap(summary, 0).join('\n'),
    `Options:\n${toColumns(all)}`,
    ...(details === undefined ? [] : [details]),
    `Exit codes: ${EXIT_TEXT.map(([code, text]) => `${code} ${text}`).join(' · ')}`,
  ].join('\n\n');
}

function toOperands({ name, least, most }: Operands): string {
  if (most === 0) return '';
  const more = most > 1 ? '…' : '';
  return least === 0 ? `[${name}${more}]` : `<${name}>${more}`;
}

function toLine(spec: OptionSpec): [string, string] {
  const notes = [
    ...(spec.isRepeatable ? ['may be repeated'] : []),
    ...(spec.byDefault === undefined ? [] : [`default: ${spec.byDefault}`]),
  ];
  const value = spec.value === undefined ? '' : ` ${spec.value}`;
  return [
    `--${spec.name}${value}`,
    `${spec.description}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`,
  ];
}

/** Names on the left, what they mean on the right. A long name has a line of its own. */
export function toColumns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.min(WIDEST_NAME, Math.max(...rows.map(([name]) => name.length)));
  const left = INDENT.length + width + 2;
  return rows
    .map(([name, text]) => {
      const [first = '', ...more] = wrap(text, left);
      const head = `${INDENT}${name.padEnd(width)}  `;
      const start = name.length > width ? `${INDENT}${name}\n${' '.repeat(left)}${first}` : `${head}${first}`;
      return [start.trimEnd(), ...more.map((line) => ' '.repeat(left) + line)].join('\n');
    })
    .join('\n');
}

function wrap(text: string, left: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && left + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
