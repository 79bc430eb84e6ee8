import { resolve } from 'node:path';
import { defineCommand } from '../../shared/command/define-command.ts';
import { EXIT } from '../../shared/command/exit.ts';
import { toAsciiJson } from '../../shared/json/lines.ts';
import { cancelRun } from '../../shared/run/cancel.ts';
import { toSafeText } from '../../shared/safe-text/safe-text.ts';
import { findOneRun, lookOptions, RUN_OPERAND } from './one-run.ts';
import { readStatus, toStatusLines } from './run-status.ts';
import { withState } from './with-state.ts';

export const cancel = defineCommand({
  name: 'smallbatch cancel',
  summary:
    'Ends an open run as cancelled. Its clusters that wait do nothing any more, and the command that is at work on it ends; what is ' +
    'published already stays. A run that has ended stays as it is, and the exit code is 1 unless it was cancelled before.',
  operands: RUN_OPERAND,
  options: lookOptions,
  async start({ options: { state, json }, operands: [id = ''] }, { stdout, stderr }) {
    const found = await withState(
      resolve(state),
      async (isAtWork) => await readStatus(await cancelRun(await findOneRun(id)), isAtWork),
    );
    const lines = json ? [toAsciiJson(found)] : toStatusLines(found).map(toSafeText);
    for (const line of lines) stdout.write(`${line}\n`);
    if (found.state === 'cancelled') return EXIT.done;
    stderr.write('smallbatch cancel: expected an open run, found one that has ended; it stays as it is\n');
    return EXIT.failed;
  },
});
