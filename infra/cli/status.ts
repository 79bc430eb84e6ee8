import { resolve } from 'node:path';
import { defineCommand } from '../../shared/command/define-command.ts';
import { EXIT } from '../../shared/command/exit.ts';
import { toAsciiJson } from '../../shared/json/lines.ts';
import { toSafeText } from '../../shared/safe-text/safe-text.ts';
import { findOneRun, lookOptions, RUN_OPERAND } from './one-run.ts';
import { readStatus, toStatusLines } from './run-status.ts';
import { withState } from './with-state.ts';

export const status = defineCommand({
  name: 'smallbatch status',
  summary:
    "Prints a run's state: what is done, what failed, what it has trouble with. The beginning of its id will do where only one run has " +
    'it. It may be called beside a run that is at work.',
  operands: RUN_OPERAND,
  options: lookOptions,
  async start({ options: { state, json }, operands: [id = ''] }, { stdout }) {
    const found = await withState(
      resolve(state),
      async (isAtWork) => await readStatus(await findOneRun(id), isAtWork),
    );
    const lines = json ? [toAsciiJson(found)] : toStatusLines(found).map(toSafeText);
    for (const line of lines) stdout.write(`${line}\n`);
    return EXIT.done;
  },
});
