/** The messages by which the steps hand a run on to each other. */
import { readEnv } from '../aws/env.ts';
import { sendMessage } from '../aws/queue.ts';
import type { PublishMessage } from './message.ts';
import type { Run } from './run.ts';

/** Has split go on with a run. */
export async function sendContinue(
  run: Pick<Run, 'run' | 'generation'>,
  hop: number,
  delaySeconds = 0,
): Promise<void> {
  const body = { type: 'continue', run: run.run, generation: run.generation, hop };
  await sendMessage(readEnv(['intakeQueue']).intakeQueue, body, run.run, delaySeconds);
}

/** Has a group finished; `delaySeconds` (to 900) when something else must end first. */
export async function sendFinish(
  run: string,
  generation: number,
  id: string,
  delaySeconds = 0,
): Promise<void> {
  const body = { type: 'finish', run, generation, group: id };
  await sendMessage(readEnv(['finishQueue']).finishQueue, body, run, delaySeconds);
}

/** Has one part of a step of publishing done; `delaySeconds` as for `sendFinish`. */
export async function sendPublish(message: PublishMessage, delaySeconds = 0): Promise<void> {
  await sendMessage(readEnv(['finishQueue']).finishQueue, message, message.run, delaySeconds);
}
