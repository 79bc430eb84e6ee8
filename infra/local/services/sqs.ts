import { buildApp } from 'fauxqs';
import * as z from 'zod';
import { LOCAL_ACCOUNT, LOCAL_REGION, type Resource } from '../template.ts';

const JSON_TYPE = 'application/x-amz-json-1.0';

export interface SqsReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Sqs {
  /** One request of the SQS JSON protocol, by its operation (`SendMessage` …). */
  call(operation: string, body: string): Promise<SqsReply>;
  /** Sends one message as a service does (a rule, a schedule), not as a function. */
  send(queue: string, body: string): Promise<void>;
  /** Messages that wait, are in work or are delayed. */
  depth(queue: string): Promise<number>;
  stop(): Promise<void>;
}

/** fauxqs in this process, without a socket of its own. Its queues are empty at every start: sweep fills them again. */
export async function startSqs(endpoint: string): Promise<Sqs> {
  const app = buildApp({ logger: false, defaultRegion: LOCAL_REGION });
  await app.ready();
  const queueUrl = (queue: string): string => `${endpoint}/${LOCAL_ACCOUNT}/${queue}`;
  const call = async (operation: string, body: string): Promise<SqsReply> => {
    const headers = { 'content-type': JSON_TYPE, 'x-amz-target': `AmazonSQS.${operation}` };
    const reply = await app.inject({ method: 'POST', url: '/', headers, payload: body });
    const errorType = reply.headers['x-amzn-query-error'];
    return {
      status: reply.statusCode,
      headers: {
        'content-type': JSON_TYPE,
        ...(errorType ? { 'x-amzn-query-error': String(errorType) } : {}),
      },
      body: reply.body,
    };
  };
  return {
    call,
    async send(queue, body) {
      const reply = await call(
        'SendMessage',
        JSON.stringify({ QueueUrl: queueUrl(queue), MessageBody: body }),
      );
      if (reply.status !== 200) throw new Error(`the local SQS refused a message to ${queue}: ${reply.body}`);
    },
    async depth(queue) {
      const reply = await call(
        'GetQueueAttributes',
        JSON.stringify({ QueueUrl: queueUrl(queue), AttributeNames: ['All'] }),
      );
      const { Attributes } = depths.parse(JSON.parse(reply.body));
      return Object.values(Attributes).reduce((sum, count) => sum + count, 0);
    },
    stop: async () => void (await app.close()),
  };
}

const count = z.coerce.number();
const depths = z.object({
  Attributes: z.object({
    ApproximateNumberOfMessages: count,
    ApproximateNumberOfMessagesNotVisible: count,
    ApproximateNumberOfMessagesDelayed: count,
  }),
});

const queueProperties = z.object({
  VisibilityTimeout: z.number(),
  MessageRetentionPeriod: z.number(),
  RedrivePolicy: z.unknown().optional(),
});

/** Creates the template's queues; dead-letter queues first, since the others name them. */
export async function createQueues(sqs: Sqs, queues: readonly Resource[]): Promise<void> {
  const parsed = queues.map(({ name, properties }) => ({ name, ...queueProperties.parse(properties) }));
  for (const queue of parsed.toSorted(
    (a, b) => Number(a.RedrivePolicy !== undefined) - Number(b.RedrivePolicy !== undefined),
  )) {
    const Attributes = {
      VisibilityTimeout: String(queue.VisibilityTimeout),
      MessageRetentionPeriod: String(queue.MessageRetentionPeriod),
      ...(queue.RedrivePolicy === undefined ? {} : { RedrivePolicy: JSON.stringify(queue.RedrivePolicy) }),
    };
    const reply = await sqs.call('CreateQueue', JSON.stringify({ QueueName: queue.name, Attributes }));
    if (reply.status !== 200) throw new Error(`the local SQS refused the queue ${queue.name}: ${reply.body}`);
  }
}
