import { resolve } from 'node:path';
import * as z from 'zod';
import { defineCommand } from '../../shared/command/define-command.ts';
import { EXIT } from '../../shared/command/exit.ts';
import { toAsciiJson } from '../../shared/json/lines.ts';
import { runsBelow } from '../../shared/run/run.ts';
import { toSafeText } from '../../shared/safe-text/safe-text.ts';
import { lookOptions } from './one-run.ts';
import { toRunLine, toRunTable } from './run-status.ts';
import { withState } from './with-state.ts';

const runsOptions = z.object({
  limit: z.coerce.number().int().min(1).default(20).meta({ description: 'how many are listed at most' }),
  ...lookOptions.shape,
});

export const runs = defineCommand({
  name: 'smallbatch runs',
  summary:
    'Lists the runs of a state folder, the newest first. It may be called beside a run that is at work.',
  options: runsOptions,
  async start({ options: { limit, json, state } }, { stdout, stderr }) {
    const all = await withState(resolve(state), async () => await Array.fromAsync(runsBelow(''), toRunLine));
    all.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
    const shown = all.slice(0, limit);
    const lines = json ? shown.map(toAsciiJson) : toRunTable(shown).map(toSafeText);
    for (const line of lines) stdout.write(`${line}\n`);
    const more = all.length - shown.length;
    if (more > 0) stderr.write(`${more} older: --limit ${all.length} lists all\n`);
    return EXIT.done;
  },
});
