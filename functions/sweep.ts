import * as z from 'zod';
import { sweepRuns } from '../shared/rescue/sweep.ts';

const sweepEvent = z.object({ restarted: z.boolean().default(false) });

/** Runs on a schedule: no open run is left standing still, none outlives its deadline. */
export async function handler(event: unknown): Promise<void> {
  const { restarted } = sweepEvent.parse(event ?? {});
  await sweepRuns(restarted);
}
