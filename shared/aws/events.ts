import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { toAsciiJson } from '../json/lines.ts';
import { readEnv } from './env.ts';

let shared: EventBridgeClient | undefined;
const client = (): EventBridgeClient => {
  shared ??= new EventBridgeClient({ maxAttempts: 8 });
  return shared;
};

/** Puts one event on the stack's bus; `detail` is written as ASCII JSON. @throws if EventBridge refuses it */
export async function putEvent(source: string, type: string, detail: object): Promise<void> {
  const entry = { Source: source, DetailType: type, Detail: toAsciiJson(detail) };
  const { Entries = [] } = await client().send(
    new PutEventsCommand({ Entries: [{ ...entry, EventBusName: readEnv(['eventBus']).eventBus }] }),
  );
  const refused = Entries.find((result) => result.ErrorCode);
  if (refused)
    throw new Error(`EventBridge refused the event: ${refused.ErrorCode} ${refused.ErrorMessage ?? ''}`);
}
