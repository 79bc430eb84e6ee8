import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { log } from '../shared/aws/log.ts';
import { forEachRecord } from '../shared/aws/sqs-batch.ts';
import { timeLeft } from '../shared/aws/time-left.ts';
import { Guard } from '../shared/process/guard.ts';
import {
  type ContinueMessage,
  intakeMessage,
  parseMessage,
  type StartMessage,
} from '../shared/run/message.ts';
import { findRun, type Run } from '../shared/run/run.ts';
import { noteTrouble } from '../shared/run/trouble.ts';
import { openRun } from '../shared/split/open-run.ts';
import { splitRun } from '../shared/split/split.ts';
import { startNewest } from '../shared/split/start-newest.ts';

/** One for the life of the function: its thread stays warm between sources. */
let guard: Guard | undefined;

/** Opens the run of an upload, a schedule or a command, plans its clusters, seals the totals, and only then sends. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  guard ??= new Guard(Number(context.memoryLimitInMB));
  const warm = guard;
  const left = timeLeft(context);
  const runs = new Map<string, Run>();
  return await forEachRecord(event, context, {
    async handle({ messageId, body, attributes }) {
      const message = parseMessage(intakeMessage, body);
      if (message.type === 'newest') return log.info('started', { sources: await startNewest(message) });
      const run = await findOrOpen(message);
      if (!run) return log.info('nothing to split');
      runs.set(messageId, run);
      log.appendKeys({ run: run.run, generation: run.generation });
      const hop = message.type === 'continue' ? message.hop : 0;
      const receiveCount = Number(attributes.ApproximateReceiveCount);
      const delivery = {
        messageId,
        receiveCount,
        guard: warm,
        remainingMs: left.ms,
        outOfTime: left.isShort,
      };
      const outcome = await splitRun(run, hop, delivery);
      log.info('split', { outcome, hop, kind: run.kind, source: run.source.key });
    },
    async noteFailure({ messageId }, failed) {
      const run = runs.get(messageId);
      if (run) await noteTrouble(run, 'split', failed);
    },
  });
}

/** Undefined for a message of an earlier pass over the same run. */
async function findOrOpen(message: StartMessage | ContinueMessage): Promise<Run | undefined> {
  const run = message.type === 'start' ? await openRun(message) : await findRun(message.run);
  return run && message.generation >= run.generation ? run : undefined;
}
