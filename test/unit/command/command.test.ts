import { execFileSync } from 'node:child_process';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { toCompletion } from '../../../shared/command/completion.ts';
import { defineCommand } from '../../../shared/command/define-command.ts';
import { EXIT } from '../../../shared/command/exit.ts';
import { nearest } from '../../../shared/command/nearest.ts';
import { runProgram } from '../../../shared/command/program.ts';
import { UsageError } from '../../../shared/command/usage-error.ts';
import { SmallbatchError } from '../../../shared/errors.ts';

class Sink extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

const options = z.object({
  level: z.coerce.number().int().min(1).max(9).default(5).meta({ description: 'how much' }),
  style: z.enum(['plain', 'fancy']).default('plain').meta({ description: 'which way' }),
  tag: z.array(z.string()).default([]).meta({ value: 'KEY=VALUE', description: 'a mark' }),
  target: z.url().optional().meta({ description: 'where to' }),
  loud: z.boolean().default(false).meta({ description: 'with noise' }),
});

const bake = defineCommand({
  name: 'oven bake',
  summary: 'Bakes a loaf. It takes a while.',
  operands: { name: 'loaf', least: 1, most: 1 },
  options,
  async start(given, { stdout }) {
    if (given.operands[0] === 'stone')
      throw new SmallbatchError('SOURCE_MISSING', 'expected dough, found a stone');
    if (given.operands[0] === 'ice') throw new UsageError('expected warm dough, found ice');
    stdout.write(JSON.stringify(given));
    return EXIT.done;
  },
});
const clean = defineCommand({
  name: 'oven door clean',
  summary: 'Cleans the door.',
  options: z.object({}),
  start: async () => EXIT.partly,
});
const program = { name: 'oven', commands: [bake, clean], details: () => 'Loaves: rye, wheat.' };

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const code = await runProgram(program, argv, { stdout, stderr });
  return { code, out: stdout.text, err: stderr.text };
}

describe('a command', () => {
  it('gets options and operands as their schema has them', async () => {
    const { code, out } = await run('bake', '--level', '7', '--tag', 'a=1', 'rye', '--tag=b=--2', '--loud');

    expect(code).toBe(EXIT.done);
    expect(JSON.parse(out)).toEqual({
      options: { level: 7, style: 'plain', tag: ['a=1', 'b=--2'], loud: true },
      operands: ['rye'],
    });
  });

  it('takes what follows -- as operands', async () => {
    expect(JSON.parse((await run('bake', '--', '--help')).out).operands).toEqual(['--help']);
  });

  it.each<[string, string[], string]>([
    [
      'an unknown option',
      ['rye', '--stlye', 'x'],
      'expected an option that there is, found --stlye (did you mean --style?)',
    ],
    [
      'an option like no other',
      ['rye', '--xylophone'],
      'expected an option that there is, found --xylophone',
    ],
    ['an unknown short option', ['rye', '-l'], 'expected an option that there is, found -l'],
    [
      'a number out of bounds',
      ['rye', '--level', '10'],
      '--level: expected a whole number from 1 to 9, found "10"',
    ],
    ['no number', ['rye', '--level', 'x'], '--level: expected a whole number from 1 to 9, found "x"'],
    [
      'an unknown value',
      ['rye', '--style', 'fany'],
      '--style: expected one of plain, fancy, found "fany" (did you mean fancy?)',
    ],
    ['no URL', ['rye', '--target', 'there'], '--target: expected a URL, found "there"'],
    ['a forgotten value', ['rye', '--level'], 'expected --level N, found no value'],
    ['an option as a value', ['rye', '--tag', '--loud'], 'expected --tag KEY=VALUE, found --loud'],
    ['a value for a flag', ['rye', '--loud=1'], '--loud: expected no value, found "1"'],
    [
      'an option given twice',
      ['rye', '--level', '1', '--level', '2'],
      'expected --level once, found it twice',
    ],
    ['no operand', [], 'expected one loaf, found none'],
    ['two operands', ['rye', 'wheat'], 'expected one loaf, found 2: rye wheat'],
    ['its own complaint', ['ice'], 'expected warm dough, found ice'],
    [
      'controls in an argument',
      ['rye', '--\u001b[2Jx'],
      'expected an option that there is, found --\\u001b[2Jx',
    ],
  ])('refuses %s', async (_, argv, message) => {
    expect(await run('bake', ...argv)).toEqual({
      code: EXIT.usage,
      out: '',
      err: `oven bake: ${message}\n(oven bake --help prints the options)\n`,
    });
  });

  it('prints the code and message of a failure', async () => {
    expect(await run('bake', 'stone')).toEqual({
      code: EXIT.failed,
      out: '',
      err: 'oven bake: SOURCE_MISSING: expected dough, found a stone\n',
    });
  });

  it('prints its help: options with values, defaults and whether they may be repeated', async () => {
    const { code, out } = await run('bake', '--help');

    expect(code).toBe(EXIT.done);
    expect(out).toBe(`Usage: oven bake <loaf> [options]

Bakes a loaf. It takes a while.

Options:
  --level N            how much (default: 5)
  --style plain|fancy  which way (default: plain)
  --tag KEY=VALUE      a mark (may be repeated)
  --target URL         where to
  --loud               with noise
  --help               print this text
  --version            print the version

Exit codes: 0 done · 1 failed · 2 wrong usage · 3 done, but some of it failed · 130 interrupted
`);
  });
});

describe('a program', () => {
  it('finds commands of several words', async () => {
    expect((await run('door', 'clean')).code).toBe(EXIT.partly);
  });

  it.each<[string, string[], RegExp]>([
    ['a misspelt command', ['bkae'], /^oven: expected a command, found "bkae" \(did you mean bake\?\)/],
    ['half a command', ['door'], /^oven: expected a command, found "door"/],
    ['no command', [], /^Usage: oven <command>/],
  ])('refuses %s', async (_, argv, message) => {
    expect(await run(...argv)).toMatchObject({
      code: EXIT.usage,
      out: '',
      err: expect.stringMatching(message),
    });
  });

  it('prints its commands and what else there is to know', async () => {
    const { code, out } = await run('--help');

    expect(code).toBe(EXIT.done);
    expect(out).toMatch(
      / {2}bake {8}Bakes a loaf\n {2}door clean {2}Cleans the door\n[\s\S]*Loaves: rye, wheat\./,
    );
  });

  it.each([[['--version']], [['bake', '--version']]])('prints its version for %j', async (argv) => {
    expect((await run(...argv)).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('completion', () => {
  it.each<[string, string[], string]>([
    ['commands', ['oven', 'ba'], 'bake'],
    ['options', ['oven', 'bake', '--l'], '--level --loud'],
    ['values', ['oven', 'bake', '--style', ''], 'plain fancy'],
    ['options of a command of two words', ['oven', 'door', 'clean', '--h'], '--help'],
  ])('offers %s, in bash', (_, words, expected) => {
    const array = words.map((word) => `'${word}'`).join(' ');
    const script = `${toCompletion(program)}\nCOMP_WORDS=(${array}); COMP_CWORD=${words.length - 1}; _oven; echo "\${COMPREPLY[@]}"`;

    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim()).toBe(expected);
  });
});

it.each([
  ['tabels', ['tables', 'figures'], 'tables'],
  ['OCR', ['ocr', 'dpi'], 'ocr'],
  ['x', ['ocr'], undefined],
  ['completely-else', ['ocr', 'dpi'], undefined],
])('the name nearest to %s of %j', (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected);
});
