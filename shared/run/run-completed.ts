import { putEvent } from '../aws/events.ts';
import { hasEnded, markEmitted, type Run } from './run.ts';

const EVENT_SOURCE = 'smallbatch';
export const RUN_COMPLETED = 'Run Completed';

/**
 * Tells the world that a run has ended. At least once, always with the same id, so a consumer can drop a repetition. `run` is the
 * record that stands: one that goes on (in its next generation, say) has not ended, and nothing is told of it.
 */
export async function emitRunCompleted(run: Run): Promise<void> {
  if (!hasEnded(run) || run.emittedAt) return;
  const detail = {
    id: `${run.run}#${run.generation}`,
    run: run.run,
    generation: run.generation,
    kind: run.kind,
    name: run.name,
    state: run.state,
    source: run.source,
    items: run.items,
    manifest: run.manifest,
    failure: run.failure,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
  };
  await putEvent(EVENT_SOURCE, RUN_COMPLETED, detail);
  await markEmitted(run);
}
