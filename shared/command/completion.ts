/** A script for bash (and zsh, by its bashcompinit) that completes commands, options and their values. */
import type { OptionSpec } from './options.ts';
import { type Program, wordsOf } from './program.ts';

/** Every word that may come next, by the words before it: `run` → its options, `run --kind` → the kinds. */
export function toCompletion(program: Program): string {
  const { name, commands } = program;
  const first = commands.map((command) => wordsOf(program, command).join(' '));
  const cases = commands.flatMap((command) => toCases(wordsOf(program, command).join(' '), command.options));
  const func = `_${name.replace(/\W/g, '_')}`;
  return `# eval "$(${name} completion)"
${func}() {
  local now="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" line="\${COMP_WORDS[*]:1}" words=
  case "$line|$before" in
${cases.map(({ pattern, words }) => `    ${pattern}) words="${words}" ;;`).join('\n')}
    *) words="${first.join(' ')} --help --version" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$now"))
}
complete -o default -F ${func} ${name}`;
}

function toCases(command: string, options: readonly OptionSpec[]): { pattern: string; words: string }[] {
  const withChoices = options.filter(({ value, choices }) => value !== undefined && choices.length > 0);
  const values = withChoices.map(({ name, choices }) => ({
    pattern: `"${command} "*"|--${name}"`,
    words: choices.join(' '),
  }));
  const own = [...options.map(({ name }) => `--${name}`), '--help'].join(' ');
  return [...values, { pattern: `"${command} "*`, words: own }];
}
