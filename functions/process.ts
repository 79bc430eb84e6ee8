import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { processCluster } from '../shared/cluster.ts';
import { log } from '../shared/log.ts';
import { clusterMessage, parseMessage } from '../shared/message.ts';
import { forEachRecord, outOfTime } from '../shared/records.ts';

/** One message, one cluster, one memory budget: runs the items, stores their results, records the cluster. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return await forEachRecord(event, context, async (record) => {
    const message = parseMessage(clusterMessage, record.body);
    log.appendKeys({ run: message.run, group: message.group, cluster: message.index });
    const started = performance.now();
    const summary = await processCluster(message, {
      receiveCount: Number(record.attributes.ApproximateReceiveCount),
      signal: AbortSignal.timeout(Math.max(1, context.getRemainingTimeInMillis() - 1000)),
      outOfTime: outOfTime(context),
    });
    log.info('cluster', {
      summary,
      items: message.items.length,
      ms: Math.round(performance.now() - started),
    });
  });
}
