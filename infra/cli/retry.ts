import { resolve } from 'node:path';
import { defineCommand } from '../../shared/command/define-command.ts';
import { UsageError } from '../../shared/command/usage-error.ts';
import type { Kind } from '../../shared/kind.ts';
import { allKinds } from '../../shared/kinds/index.ts';
import { openRuns, type Run } from '../../shared/run/run.ts';
import { toRunId } from '../../shared/run/run-id.ts';
import { openSource } from '../../shared/run/source.ts';
import type { LocalStack } from '../local/local-stack.ts';
import { findOneRun, RUN_OPERAND } from './one-run.ts';
import { type Going, runOnStack } from './run-on-stack.ts';
import { setGoing } from './run-source.ts';
import { runOptions } from './settings.ts';
import { requireState } from './with-state.ts';

/** What the run was started with stays; how this machine runs it is said anew. */
const retryOptions = runOptions.omit({ kind: true, name: true, option: true, 'dry-run': true });

export const retry = defineCommand({
  name: 'smallbatch retry',
  summary:
    'Has a run pass once more over its source, with the options that it was started with: what it published stays as it is, and what ' +
    'failed is done again, also what would most likely fail again. The run must be of the newest upload of its source. An open run goes on.',
  operands: RUN_OPERAND,
  options: retryOptions,
  async start({ options, operands: [given = ''] }) {
    await requireState(resolve(options.state));
    const chosen = { ...runOptions.parse({}), ...options, state: resolve(options.state) };
    return await runOnStack(
      kindOf(given),
      undefined,
      chosen,
      async (stack) => await passAgain(await findOneRun(given), stack),
    );
  },
});

/** A run's id begins with its kind, and the stack's settings depend on that. @throws UsageError */
function kindOf(id: string): Kind {
  const kind = allKinds().find(({ name }) => `${id}-`.startsWith(`${name}-`));
  if (kind) return kind;
  throw new UsageError(`expected the beginning of a run's id, as far as <kind>-, found "${id}"`);
}

async function passAgain(run: Run, stack: LocalStack): Promise<Going> {
  const kind = kindOf(run.run);
  const source = await openSource(kind, { bucket: run.source.bucket, key: run.source.key });
  // The pass is asked for by its source: one that has changed, or is split otherwise now, makes another run.
  if (!source || toRunId(kind, source.ref, run.options) !== run.run) throw new UsageError(toRefusal(run));
  const isDone = run.state === 'completed' && run.emittedAt !== undefined;
  const open = await Array.fromAsync(openRuns());
  const generation = isDone
    ? run.generation
    : await setGoing(stack, { ref: source.ref, isNew: false }, run.options, run, open.length > 0);
  return { id: run.run, generation, isDone, waits: [] };
}

const toRefusal = ({ run, source: { key } }: Run): string =>
  `expected a run of the newest ${key} by this version of its kind, found that ${run} is of an earlier one; use smallbatch run`;
