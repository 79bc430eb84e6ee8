import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { z } from 'zod';
import { abandonCluster, abandonFinish, abandonIntake } from '../shared/abandon.ts';
import { log } from '../shared/log.ts';
import { clusterMessage, finishMessage, intakeMessage, parseMessage } from '../shared/message.ts';
import { forEachRecord } from '../shared/records.ts';

const anyMessage = z.union([clusterMessage, finishMessage, intakeMessage]);

/** Consumes every dead-letter queue: what could not be done is recorded as failed, so that every run ends. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return await forEachRecord(event, context, async (record) => {
    const message = parseMessage(anyMessage, record.body);
    log.error('abandoned', { message: message.type, queue: record.eventSourceARN });
    switch (message.type) {
      case 'cluster':
        return await abandonCluster(message);
      case 'finish':
        return await abandonFinish(message);
      case 'start':
      case 'continue':
        return await abandonIntake(message);
      default:
        message satisfies never;
    }
  });
}
