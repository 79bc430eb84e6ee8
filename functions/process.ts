import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { log } from '../shared/aws/log.ts';
import { forEachRecord } from '../shared/aws/sqs-batch.ts';
import { timeLeft } from '../shared/aws/time-left.ts';
import { Guard } from '../shared/process/guard.ts';
import { HeapTidier } from '../shared/process/memory/heap-tidier.ts';
import { processCluster } from '../shared/process/process.ts';
import { noteFailed } from '../shared/run/attempt.ts';
import { clusterMessage, parseMessage } from '../shared/run/message.ts';
import { noteTrouble } from '../shared/run/trouble.ts';

/** One for the life of the function: its thread stays warm between clusters. */
let guard: Guard | undefined;
const tidier = new HeapTidier();

/** One message, one cluster, one memory budget: runs the items, stores their results, records the cluster. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  guard ??= new Guard(Number(context.memoryLimitInMB));
  const warm = guard;
  const left = timeLeft(context);
  const handle = async (record: SQSRecord): Promise<void> => {
    const message = parseMessage(clusterMessage, record.body);
    log.appendKeys({ run: message.run, group: message.group, cluster: message.index });
    const started = performance.now();
    const summary = await processCluster(message, {
      messageId: record.messageId,
      receiveCount: Number(record.attributes.ApproximateReceiveCount),
      guard: warm,
      remainingMs: left.ms,
      outOfTime: left.isShort,
    });
    tidier.after(performance.now() - started);
    const rssMb = Math.round(process.memoryUsage.rss() / 2 ** 20);
    const ms = Math.round(performance.now() - started);
    log.info('cluster', { ...summary, items: message.items.length, ms, rssMb });
  };
  return await forEachRecord(event, context, {
    handle,
    async noteFailure({ body }, failed) {
      const message = parseMessage(clusterMessage, body);
      await noteFailed(message, failed.error);
      await noteTrouble(message, 'process', failed);
    },
  });
}
