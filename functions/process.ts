import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { log } from '../shared/aws/log.ts';
import { forEachRecord, outOfTime } from '../shared/aws/sqs-batch.ts';
import { Guard } from '../shared/process/guard.ts';
import { HeapTidier } from '../shared/process/memory/heap-tidier.ts';
import { processCluster } from '../shared/process/process.ts';
import { clusterMessage, parseMessage } from '../shared/run/message.ts';

/** One for the life of the function: its thread stays warm between clusters. */
let guard: Guard | undefined;
const tidier = new HeapTidier();

/** One message, one cluster, one memory budget: runs the items, stores their results, records the cluster. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  guard ??= new Guard(Number(context.memoryLimitInMB));
  const warm = guard;
  return await forEachRecord(event, context, async (record) => {
    const message = parseMessage(clusterMessage, record.body);
    log.appendKeys({ run: message.run, group: message.group, cluster: message.index });
    const started = performance.now();
    const summary = await processCluster(message, {
      messageId: record.messageId,
      receiveCount: Number(record.attributes.ApproximateReceiveCount),
      guard: warm,
      remainingMs: () => context.getRemainingTimeInMillis(),
      outOfTime: outOfTime(context),
    });
    tidier.after(performance.now() - started);
    const rssMb = Math.round(process.memoryUsage.rss() / 2 ** 20);
    const ms = Math.round(performance.now() - started);
    log.info('cluster', { ...summary, items: message.items.length, ms, rssMb });
  });
}
