import { runProgram } from '../../shared/command/program.ts';
import { program } from './program.ts';

// A start that failed half way may have left servers open: leave as soon as everything is printed.
const exitCode = await runProgram(program, process.argv.slice(2));
process.stdout.write('', () => process.exit(exitCode));
