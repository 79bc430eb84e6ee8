import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { defineCommand } from '../../shared/command/define-command.ts';
import { EXIT } from '../../shared/command/exit.ts';
import { toAsciiJson } from '../../shared/json/lines.ts';
import { type FailedItem, failuresOf } from '../../shared/run/failures.ts';
import { hasEnded, type Run } from '../../shared/run/run.ts';
import { toSafeText } from '../../shared/safe-text/safe-text.ts';
import { findOneRun, lookOptions, RUN_OPERAND } from './one-run.ts';
import { counted } from './report-text.ts';
import { withState } from './with-state.ts';

export const failures = defineCommand({
  name: 'smallbatch failures',
  summary:
    'Prints every item of a run that failed and why, one a line; of a run that is at work, those so far. With --json a line is an ' +
    'object with item, code and message. It holds no more than one of them at once.',
  operands: RUN_OPERAND,
  options: lookOptions,
  async start({ options: { state, json }, operands: [id = ''] }, { stdout, stderr }) {
    return await withState(resolve(state), async () => {
      const run = await findOneRun(id);
      const count = await printAll(run, json ? toAsciiJson : toText, stdout);
      const { failure } = run;
      if (failure) stderr.write(`${toSafeText(`the run failed: ${failure.code}: ${failure.message}`)}\n`);
      if (count !== undefined)
        stderr.write(`${counted(count, 'item')} of ${run.run} failed${hasEnded(run) ? '' : ' so far'}\n`);
      return EXIT.done;
    });
  },
});

/** Returns how many there are; undefined when the reader (`head`, say) had enough before. */
async function printAll(
  run: Run,
  toLine: (failed: FailedItem) => string,
  stdout: Writable,
): Promise<number | undefined> {
  let count = 0;
  try {
    await pipeline(
      async function* () {
        for await (const failed of failuresOf(run)) {
          count++;
          yield `${toLine(failed)}\n`;
        }
      },
      stdout,
      { end: false },
    );
    return count;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return undefined;
    throw error;
  }
}

const toText = ({ item, code, message }: FailedItem): string => toSafeText(`${item}: ${code}: ${message}`);
