import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { log } from '../shared/aws/log.ts';
import { forEachRecord } from '../shared/aws/sqs-batch.ts';
import { type TimeLeft, timeLeft } from '../shared/aws/time-left.ts';
import { finishPart, finishRun } from '../shared/finish/finish.ts';
import { joinGroup } from '../shared/finish/join.ts';
import { parentOf } from '../shared/run/keys.ts';
import {
  type FinishMessage,
  finishMessage,
  type PublishMessage,
  parseMessage,
  publishMessage,
} from '../shared/run/message.ts';
import { getRun, hasEnded, type Run } from '../shared/run/run.ts';
import { sendContinue, sendFinish, sendPublish } from '../shared/run/send.ts';
import { noteTrouble } from '../shared/run/trouble.ts';

const anyMessage = z.union([finishMessage, publishMessage]);

/** Another run of the same source is publishing, or another delivery is at the same part; it takes seconds, so look again soon. */
const BUSY_SECONDS = 2;

/** A group is complete: joins a child group into its parent item; publishes and ends the run for its root group. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const left = timeLeft(context);
  const handle = async ({ body }: SQSRecord): Promise<void> => {
    const message = parseMessage(anyMessage, body);
    log.appendKeys(
      message.type === 'finish'
        ? { run: message.run, group: message.group }
        : { run: message.run, step: message.step, part: message.part },
    );
    const run = await getRun(message.run);
    log.info('finish', { outcome: await finish(run, message, left) });
  };
  return await forEachRecord(event, context, {
    handle,
    noteFailure: ({ body }, failed) => noteTrouble(parseMessage(anyMessage, body), 'finish', failed),
  });
}

async function finish(run: Run, message: FinishMessage | PublishMessage, left: TimeLeft): Promise<string> {
  if (run.generation !== message.generation) return await finishStale(run);
  if (message.type === 'publish') {
    const outcome = await finishPart(run, message, left.isShort);
    if (outcome === 'busy') await sendPublish(message, BUSY_SECONDS);
    return outcome;
  }
  if (parentOf(message.group)) {
    if (hasEnded(run)) return `nothing to join: the run is ${run.state}`;
    await joinGroup(run, message, AbortSignal.timeout(Math.max(1, left.ms() - 1000)));
    return 'joined';
  }
  const outcome = await finishRun(run, left.isShort);
  if (outcome === 'busy') await sendFinish(message.run, message.generation, message.group, BUSY_SECONDS);
  return outcome;
}

/** The run has passed on to its next generation; whoever sent it there may have died before it told split. */
async function finishStale(run: Run): Promise<string> {
  if (run.state === 'planning') await sendContinue(run, 0);
  return 'nothing to finish: the run has a newer generation';
}
