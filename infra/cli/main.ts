import { type Program, runProgram } from '../../shared/command/program.ts';
import { completion } from './completion.ts';
import { galaxyReindex } from './galaxy.ts';
import { kindsHelp } from './kind-options.ts';
import { run } from './run.ts';
import { serve } from './serve.ts';

const program: Program = {
  name: 'smallbatch',
  commands: [run, serve, galaxyReindex, completion(() => program)],
  details: kindsHelp,
};

// A start that failed half way may have left servers open: leave as soon as everything is printed.
const exitCode = await runProgram(program, process.argv.slice(2));
process.stdout.write('', () => process.exit(exitCode));
