import { parseArgs } from 'node:util';
import { SmallbatchError } from '../../shared/errors.ts';
import { toSafeText } from '../../shared/safe-text/safe-text.ts';
import { GALAXY_HELP, galaxy } from './galaxy.ts';
import { RUN_HELP, run } from './run.ts';
import { SERVE_HELP, serve } from './serve.ts';
import { UsageError } from './usage.ts';

const HELP = `Usage: smallbatch <command> [options]

Commands:
  run [source]   process a source on this machine, with the deployed handlers and template
  serve <key>    serve what was published on this machine, read-only, on 127.0.0.1
  galaxy reindex write a mirror's index anew, for another address

smallbatch <command> --help tells a command's options.
Exit codes: 0 completed, 3 completed with failures, 1 failed, 2 wrong usage, 130 interrupted.`;

const COMMANDS: Readonly<Record<string, { help: string; start(argv: string[]): Promise<number> }>> = {
  run: { help: RUN_HELP, start: run },
  serve: { help: SERVE_HELP, start: serve },
  galaxy: { help: GALAXY_HELP, start: galaxy },
};

// A start that failed half way may have left servers open: leave as soon as everything is printed.
const exitCode = await main(process.argv.slice(2));
process.stdout.write('', () => process.exit(exitCode));

async function main([name = '', ...argv]: string[]): Promise<number> {
  const command = COMMANDS[name];
  const { values } = parseArgs({
    args: [name, ...argv],
    strict: false,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(command?.help ?? HELP);
    return 0;
  }
  if (!command) {
    console.error(
      name === '' ? HELP : `${toSafeText(`smallbatch: expected a command, found "${name}"`)}\n\n${HELP}`,
    );
    return 2;
  }
  try {
    return await command.start(argv);
  } catch (error) {
    return report(name, error);
  }
}

function report(command: string, error: unknown): number {
  if (
    error instanceof UsageError ||
    (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
  ) {
    console.error(
      `${toSafeText(`smallbatch ${command}: ${error.message}`)}\n(smallbatch ${command} --help tells the options)`,
    );
    return 2;
  }
  console.error(
    error instanceof SmallbatchError ? `smallbatch ${command}: ${error.code}: ${error.message}` : error,
  );
  return 1;
}
