import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { finishRun } from '../shared/finish.ts';
import { sendFinish } from '../shared/group.ts';
import { joinGroup } from '../shared/join.ts';
import { parentOf } from '../shared/keys.ts';
import { log } from '../shared/log.ts';
import { finishMessage, parseMessage } from '../shared/message.ts';
import { forEachRecord } from '../shared/records.ts';
import { getRun, hasEnded } from '../shared/run.ts';

/** Another run of the same source is publishing; it takes seconds, so look again soon. */
const BUSY_SECONDS = 5;

/** A group is complete: joins a child group into its parent item; publishes and ends the run for its root group. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return await forEachRecord(event, context, async (record) => {
    const message = parseMessage(finishMessage, record.body);
    log.appendKeys({ run: message.run, group: message.group });
    const run = await getRun(message.run);
    if (run.generation !== message.generation)
      return log.info('nothing to finish: the run has a newer generation');
    if (parentOf(message.group)) {
      if (hasEnded(run)) return log.info('nothing to join: the run has ended', { state: run.state });
      await joinGroup(
        run,
        message,
        AbortSignal.timeout(Math.max(1, context.getRemainingTimeInMillis() - 1000)),
      );
      return log.info('joined');
    }
    const outcome = await finishRun(run);
    if (outcome === 'busy') await sendFinish(message.run, message.generation, message.group, BUSY_SECONDS);
    log.info('finish', { outcome });
  });
}
