import type { Program } from '../../shared/command/program.ts';
import { completion } from './completion.ts';
import { galaxyReindex } from './galaxy.ts';
import { kindsHelp } from './kind-options.ts';
import { run } from './run.ts';
import { serve } from './serve.ts';

/** Every command of `smallbatch`: one line each. */
export const program: Program = {
  name: 'smallbatch',
  commands: [run, serve, galaxyReindex, completion(() => program)],
  details: kindsHelp,
};
