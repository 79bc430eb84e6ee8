import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { log } from '../shared/aws/log.ts';
import { forEachRecord } from '../shared/aws/sqs-batch.ts';
import { abandonCluster, abandonFinish, abandonIntake } from '../shared/rescue/abandon.ts';
import { rootGroup } from '../shared/run/keys.ts';
import {
  clusterMessage,
  finishMessage,
  intakeMessage,
  parseMessage,
  publishMessage,
} from '../shared/run/message.ts';

const anyMessage = z.union([clusterMessage, finishMessage, publishMessage, intakeMessage]);

/** A letter that can't be parsed is looked at this often until it expires (14 days); an alarm tells of it. */
const RETRY_SECONDS = 600;

/** Consumes every dead-letter queue: what could not be done is recorded as failed, so that every run ends. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return await forEachRecord(event, context, { handle: abandon, retrySeconds: RETRY_SECONDS });
}

async function abandon(record: SQSRecord): Promise<void> {
  const message = parseMessage(anyMessage, record.body);
  log.error('abandoned', { type: message.type, queue: record.eventSourceARN });
  switch (message.type) {
    case 'cluster':
      return await abandonCluster(message);
    case 'finish':
      return await abandonFinish(message);
    case 'publish': {
      const { run, generation } = message;
      return await abandonFinish({ type: 'finish', run, generation, group: rootGroup(run, generation) });
    }
    case 'newest':
      // There is no run to end: it stays with the dead letters, where an alarm finds it.
      throw new Error(`${message.prefix}: no source could be started`);
    case 'start':
    case 'continue':
      return await abandonIntake(message);
    default:
      message satisfies never;
  }
}
