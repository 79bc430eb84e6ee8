import * as z from 'zod';
import { log } from '../shared/aws/log.ts';
import { sweepRun } from '../shared/rescue/sweep.ts';
import { openRuns } from '../shared/run/run.ts';

const sweepEvent = z.object({ restarted: z.boolean().default(false) });

/** Runs on a schedule: no open run is left standing still, none outlives its deadline. */
export async function handler(event: unknown): Promise<void> {
  const { restarted } = sweepEvent.parse(event ?? {});
  for await (const run of openRuns()) {
    const swept = await sweepRun(run, restarted);
    if (swept !== 'fine') log.warn('swept', { run: run.run, state: run.state, swept });
  }
}
