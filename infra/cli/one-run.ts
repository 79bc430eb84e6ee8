import * as z from 'zod';
import { UsageError } from '../../shared/command/usage-error.ts';
import { findRun, getRun, type Run, runsBelow } from '../../shared/run/run.ts';
import { stateOption } from './settings.ts';

/** The operand of commands about one run. */
export const RUN_OPERAND = { name: 'run', least: 1, most: 1 } as const;

/** What every command takes that looks at the runs of a state folder. */
export const lookOptions = z.object({
  state: stateOption,
  json: z.boolean().default(false).meta({ description: 'print JSON on stdout, and nothing else' }),
});

/** Runs that an ambiguous id is told to stand for. */
const NAMED_MAX = 5;

/** The run that an id, or as much of its beginning as only one has, stands for. @throws UsageError */
export async function findOneRun(given: string): Promise<Run> {
  const exact = given === '' ? undefined : await findRun(given);
  if (exact) return exact;
  const found = given === '' ? [] : await Array.fromAsync(runsBelow(given), ({ run }) => run);
  const [id, ...more] = found.sort();
  if (id === undefined)
    throw new UsageError(`expected a run, found "${given}"; smallbatch runs lists those there are`);
  if (more.length === 0) return await getRun(id);
  const names = found.slice(0, NAMED_MAX).join(', ');
  const rest = found.length > NAMED_MAX ? ' …' : '';
  throw new UsageError(`expected one run, found ${found.length} that begin with "${given}": ${names}${rest}`);
}
