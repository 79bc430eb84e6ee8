import { putEvent } from '../aws/events.ts';
import { markEmitted, type Run } from './run.ts';

const EVENT_SOURCE = 'smallbatch';
export const RUN_COMPLETED = 'Run Completed';

/** Tells the world that a run has ended. At least once, always with the same id, so a consumer can drop a repetition. */
export async function emitRunCompleted(run: Run): Promise<void> {
  if (run.emittedAt) return;
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
