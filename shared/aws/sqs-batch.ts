import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { SmallbatchError } from '../errors.ts';
import { log } from './log.ts';
import { queueUrlOf, shortenVisibility } from './queue.ts';
import { toRetrySeconds } from './retries.ts';
import { isServiceFault } from './service-fault.ts';

/** A delivery that failed: its number, from 1, and when the message comes again. */
export interface FailedDelivery {
  readonly error: unknown;
  readonly attempt: number;
  readonly againInSeconds: number;
}

export interface Handling {
  handle(record: SQSRecord): Promise<unknown>;
  /** Is given every failure, before the message is given back. */
  noteFailure?(record: SQSRecord, failed: FailedDelivery): Promise<void>;
  /** The pause after a failure, where it is not to grow with the number of deliveries. */
  readonly retrySeconds?: number;
}

/**
 * Handles each record of an SQS batch alone. A record that throws is given back, and comes again after a pause; one that can't
 * be parsed is given back too, and so reaches the dead-letter queue, where it is kept for a look.
 */
export async function forEachRecord(
  event: SQSEvent,
  context: Context,
  handling: Handling,
): Promise<SQSBatchResponse> {
  log.addContext(context);
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const record of event.Records) {
    try {
      await handling.handle(record);
    } catch (error) {
      await giveBack(record, error, handling);
      batchItemFailures.push({ itemIdentifier: record.messageId });
    } finally {
      log.resetKeys();
    }
  }
  return { batchItemFailures };
}

async function giveBack(record: SQSRecord, error: unknown, handling: Handling): Promise<void> {
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  const againInSeconds = handling.retrySeconds ?? toRetrySeconds(attempt, isServiceFault(error));
  log.error('given back', { attempt, againInSeconds, error: toError(error) });
  if (error instanceof SmallbatchError && error.code === 'MESSAGE_INVALID')
    log.error('body', { body: record.body.slice(0, 1000) });
  // What fails here must not cost the other records their answers.
  await tryTo('note the failure', async () =>
    handling.noteFailure?.(record, { error, attempt, againInSeconds }),
  );
  // Where it can't be, the message comes back after the whole visibility timeout (6 × the time limit).
  await tryTo('give the message back early', () =>
    shortenVisibility(queueUrlOf(record.eventSourceARN), record.receiptHandle, againInSeconds),
  );
}

const toError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

async function tryTo(what: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (cause) {
    log.warn(`could not ${what}`, toError(cause));
  }
}
