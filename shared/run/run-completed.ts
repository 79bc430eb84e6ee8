import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { readEnv } from '../aws/env.ts';
import { toAsciiJson } from '../json/lines.ts';
import { markEmitted, type Run } from './run.ts';

export const EVENT_SOURCE = 'smallbatch';
export const RUN_COMPLETED = 'Run Completed';

let shared: EventBridgeClient | undefined;
const client = (): EventBridgeClient => {
  shared ??= new EventBridgeClient({ maxAttempts: 8 });
  return shared;
};

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
  const entry = { Source: EVENT_SOURCE, DetailType: RUN_COMPLETED, Detail: toAsciiJson(detail) };
  const { Entries = [] } = await client().send(
    new PutEventsCommand({ Entries: [{ ...entry, EventBusName: readEnv(['eventBus']).eventBus }] }),
  );
  const refused = Entries.find((result) => result.ErrorCode);
  if (refused)
    throw new Error(`EventBridge refused the event: ${refused.ErrorCode} ${refused.ErrorMessage ?? ''}`);
  await markEmitted(run);
}
