import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { SmallbatchError } from '../errors.ts';
import { log } from './log.ts';
import { queueUrlOf, shortenVisibility } from './queue.ts';

/** A function hands itself on (or gives up sending) when less than this is left of its time. */
const HAND_OVER_MS = 60_000;
/** A failed delivery comes back after this long instead of after the whole visibility timeout (6 × the time limit). */
const RETRY_SECONDS = 10;

/**
 * Handles each record of an SQS batch alone. A record that throws is given back (and comes again soon); one that can't
 * be parsed is given back too, and so reaches the dead-letter queue, where it is kept for a look.
 */
export async function forEachRecord(
  event: SQSEvent,
  context: Context,
  handle: (record: SQSRecord) => Promise<unknown>,
  retrySeconds = RETRY_SECONDS,
): Promise<SQSBatchResponse> {
  log.addContext(context);
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const record of event.Records) {
    try {
      await handle(record);
    } catch (error) {
      await giveBack(record, error, retrySeconds);
      batchItemFailures.push({ itemIdentifier: record.messageId });
    } finally {
      log.resetKeys();
    }
  }
  return { batchItemFailures };
}

async function giveBack(record: SQSRecord, error: unknown, retrySeconds: number): Promise<void> {
  log.error('given back', error instanceof Error ? error : new Error(String(error)));
  if (error instanceof SmallbatchError && error.code === 'MESSAGE_INVALID')
    log.error('body', { body: record.body.slice(0, 1000) });
  try {
    await shortenVisibility(queueUrlOf(record.eventSourceARN), record.receiptHandle, retrySeconds);
  } catch (cause) {
    // It then comes back after the whole visibility timeout; the other records' answers must not be lost over it.
    log.warn('not given back early', cause instanceof Error ? cause : new Error(String(cause)));
  }
}

/** True from the moment when the function should hand itself on: a minute, or a third of its whole time, before the end. */
export function outOfTime(context: Context): () => boolean {
  const reserve = Math.min(HAND_OVER_MS, context.getRemainingTimeInMillis() / 3);
  return () => context.getRemainingTimeInMillis() < reserve;
}
