import { EXIT } from '../../shared/command/exit.ts';
import { asFileError } from '../../shared/command/file-error.ts';
import { runProgram } from '../../shared/command/program.ts';
import { toFailure } from '../../shared/errors.ts';
import { program } from './program.ts';

// The local stack's databases fail where nobody waits for them: a full disk is a sentence there, too.
process.on('uncaughtException', (error) => {
  const { code, message } = toFailure(asFileError(error, 'the state folder'));
  process.stderr.write(`${program.name}: ${code}: ${message}\n`, () => process.exit(EXIT.failed));
});

// A start that failed half way may have left servers open: leave as soon as everything is printed.
const exitCode = await runProgram(program, process.argv.slice(2));
process.stdout.write('', () => process.exit(exitCode));
