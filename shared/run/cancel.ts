import { endRun, type Run } from './run.ts';
import { emitRunCompleted } from './run-completed.ts';

/**
 * Ends an open run as cancelled: its clusters that still wait do nothing when they come, and what it has published already stays.
 * A run that has ended stays as it is. Returns the record that stands.
 */
export async function cancelRun(run: Run): Promise<Run> {
  const ended = await endRun(run, { state: 'cancelled' });
  await emitRunCompleted(ended);
  return ended;
}
