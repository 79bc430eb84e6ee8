import type { Program } from '../../shared/command/program.ts';
import { cancel } from './cancel.ts';
import { completion } from './completion.ts';
import { failures } from './failures.ts';
import { galaxyReindex } from './galaxy.ts';
import { kindsHelp } from './kind-options.ts';
import { retry } from './retry.ts';
import { run } from './run.ts';
import { runs } from './runs.ts';
import { serve } from './serve.ts';
import { status } from './status.ts';

/** Every command of `smallbatch`: one line each. */
export const program: Program = {
  name: 'smallbatch',
  commands: [run, runs, status, failures, retry, cancel, serve, galaxyReindex, completion(() => program)],
  details: kindsHelp,
};
