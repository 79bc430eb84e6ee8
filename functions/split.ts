import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { log } from '../shared/aws/log.ts';
import { forEachRecord, outOfTime } from '../shared/aws/sqs-batch.ts';
import { Guard } from '../shared/process/guard.ts';
import { intakeMessage, parseMessage } from '../shared/run/message.ts';
import { findRun, type Run } from '../shared/run/run.ts';
import { openRun } from '../shared/split/open-run.ts';
import { splitRun } from '../shared/split/split.ts';
import { startNewest } from '../shared/split/start-newest.ts';

/** One for the life of the function: its thread stays warm between sources. */
let guard: Guard | undefined;

/** Opens the run of an upload, a schedule or a command, plans its clusters, seals the totals, and only then sends. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  guard ??= new Guard(Number(context.memoryLimitInMB));
  const warm = guard;
  return await forEachRecord(event, context, async (record) => {
    const message = parseMessage(intakeMessage, record.body);
    if (message.type === 'newest') return log.info('started', { sources: await startNewest(message) });
    const run = message.type === 'start' ? await openRun(message) : await findRun(message.run);
    if (!run || isStale(run, message.generation)) return log.info('nothing to split', { run: run?.run });
    log.appendKeys({ run: run.run, generation: run.generation });
    const hop = message.type === 'continue' ? message.hop : 0;
    const outcome = await splitRun(run, hop, {
      messageId: record.messageId,
      receiveCount: Number(record.attributes.ApproximateReceiveCount),
      guard: warm,
      remainingMs: () => context.getRemainingTimeInMillis(),
      outOfTime: outOfTime(context),
    });
    log.info('split', { outcome, hop, kind: run.kind, source: run.source.key });
  });
}

/** A message of an earlier pass over the same run. */
const isStale = (run: Run, generation: number): boolean => generation < run.generation;
