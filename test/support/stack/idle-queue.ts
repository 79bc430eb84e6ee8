import * as z from 'zod';
import type { LocalStack } from '../../../infra/local/local-stack.ts';
import { LOCAL_ACCOUNT } from '../../../infra/local/template.ts';
import { type ClusterMessage, clusterMessage, parseMessage } from '../../../shared/run/message.ts';

const received = z.object({
  Messages: z.array(z.object({ Body: z.string(), ReceiptHandle: z.string() })).default([]),
});

/** A cluster queue that no function consumes: what planning sends can be looked at. */
export interface IdleQueue {
  /** Takes every message off the queue. */
  drain(): Promise<ClusterMessage[]>;
}

/** Makes the queue the only one that `kind` has in this process. */
export async function useIdleQueue(stack: LocalStack, kind: string, memoryMb: number): Promise<IdleQueue> {
  const name = `idle-${kind}-${memoryMb}`;
  const call = async (operation: string, input: object): Promise<string> => {
    const { status, body } = await stack.sqs.call(operation, JSON.stringify(input));
    if (status !== 200) throw new Error(`${operation}: ${body}`);
    return body;
  };
  await call('CreateQueue', { QueueName: name });
  const QueueUrl = `${stack.endpoint}/${LOCAL_ACCOUNT}/${name}`;
  process.env.CLUSTER_QUEUE_URLS = JSON.stringify({ [`${kind}-${memoryMb}`]: QueueUrl });
  return {
    async drain() {
      const messages: ClusterMessage[] = [];
      for (;;) {
        const reply = await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
        const { Messages } = received.parse(JSON.parse(reply));
        if (Messages.length === 0) return messages;
        for (const { Body, ReceiptHandle } of Messages) {
          messages.push(parseMessage(clusterMessage, Body));
          await call('DeleteMessage', { QueueUrl, ReceiptHandle });
        }
      }
    },
  };
}
