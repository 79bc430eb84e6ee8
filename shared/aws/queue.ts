import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { toAsciiJson } from '../json/lines.ts';
import { withoutSecretsIn } from '../safe-text/hide.ts';
import { readEnv } from './env.ts';

/** SQS takes ten messages and 1 MiB in one call (all bodies together); some room is left for the envelope. */
const BATCH_MESSAGES = 10;
const BATCH_BYTES = 1_000_000;
/** Failed entries are sent again this often before the call throws. */
const SEND_ATTEMPTS = 6;
const BACKOFF_MS = 100;

/** What is needed of the SDK's client. */
export type QueueClient = Pick<SQSClient, 'send'>;

let shared: QueueClient | undefined;
const client = (): QueueClient => {
  shared ??= new SQSClient({ maxAttempts: 5 });
  return shared;
};

/** Passes in another client than the SDK's own, in the place of the one that is made on first use. */
export function useQueueClient(other: QueueClient): void {
  shared = other;
}

/** Sends one message. `fairGroup` (the run) keeps a large run from starving a small one on a standard queue. */
export async function sendMessage(
  queueUrl: string,
  body: object,
  fairGroup: string,
  delaySeconds = 0,
): Promise<void> {
  await client().send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: toAsciiJson(withoutSecretsIn(body)),
      MessageGroupId: fairGroup,
      DelaySeconds: delaySeconds,
    }),
  );
}

/** Sends messages in tens within 1 MiB, each batch after the last; only the entries that failed are sent again. */
export async function sendMessages(
  queueUrl: string,
  bodies: Iterable<object>,
  fairGroup: string,
): Promise<void> {
  for (const batch of toBatches(bodies, fairGroup)) await sendBatch(queueUrl, batch);
}

function* toBatches(bodies: Iterable<object>, fairGroup: string): Iterable<SendMessageBatchRequestEntry[]> {
  let batch: SendMessageBatchRequestEntry[] = [];
  let bytes = 0;
  for (const body of bodies) {
    const MessageBody = toAsciiJson(withoutSecretsIn(body));
    const size = Buffer.byteLength(MessageBody);
    if (batch.length === BATCH_MESSAGES || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ Id: String(batch.length), MessageBody, MessageGroupId: fairGroup });
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

async function sendBatch(queueUrl: string, batch: SendMessageBatchRequestEntry[]): Promise<void> {
  let entries = batch;
  for (let attempt = 1; ; attempt++) {
    const { Failed = [] } = await client().send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
    );
    if (Failed.length === 0) return;
    const failed = new Set(Failed.map((entry) => entry.Id));
    if (attempt === SEND_ATTEMPTS || Failed.some((entry) => entry.SenderFault)) {
      throw new Error(
        `SQS refused ${Failed.length} of ${entries.length} messages: ${Failed[0]?.Code} ${Failed[0]?.Message ?? ''}`,
      );
    }
    entries = entries.filter((entry) => failed.has(entry.Id));
    await new Promise((resolve) => setTimeout(resolve, BACKOFF_MS * 2 ** attempt * Math.random()));
  }
}

/** Gives a message back after `seconds` instead of after the whole visibility timeout. */
export async function shortenVisibility(
  queueUrl: string,
  receiptHandle: string,
  seconds: number,
): Promise<void> {
  await client().send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }),
  );
}

/** The queue of a kind's tier. */
export function clusterQueueUrl(kind: string, memoryMb: number): string {
  const queues = parseClusterQueues();
  const url = queues[`${kind}-${memoryMb}`];
  if (url) return url;
  throw new Error(`expected a queue for ${kind}-${memoryMb}, found ${Object.keys(queues).join(', ')}`);
}

/** The smallest tier that is deployed and holds `memoryMb`, else the largest (where the guard has the last word). */
export function tierFor(kind: string, memoryMb: number): number {
  const tiers = deployedTiers(kind);
  const tier = tiers.find((each) => memoryMb <= each) ?? tiers.at(-1);
  if (tier !== undefined) return tier;
  throw new Error(`expected a queue for ${kind}, found ${Object.keys(parseClusterQueues()).join(', ')}`);
}

/** The memory sizes that a kind has queues for, smallest first: the stack's config has the say, not the kind. */
export function deployedTiers(kind: string): readonly number[] {
  const names = Object.keys(parseClusterQueues()).filter((name) => name.startsWith(`${kind}-`));
  return names.map((name) => Number(name.slice(kind.length + 1))).sort((a, b) => a - b);
}

const clusterQueues = z.record(z.string(), z.string());
const parseClusterQueues = (): z.infer<typeof clusterQueues> =>
  clusterQueues.parse(JSON.parse(readEnv(['clusterQueues']).clusterQueues));

/** Of partitions that are not under AWS's usual domain. */
const DOMAINS: Readonly<Record<string, string>> = { 'aws-cn': 'amazonaws.com.cn' };

/** `arn:aws:sqs:<region>:<account>:<name>` → the queue's URL at the same endpoint as the SDK's. */
export function queueUrlOf(arn: string): string {
  const [, partition = '', , region, account, name] = arn.split(':');
  const domain = DOMAINS[partition] ?? 'amazonaws.com';
  const endpoint =
    process.env.AWS_ENDPOINT_URL_SQS ?? process.env.AWS_ENDPOINT_URL ?? `https://sqs.${region}.${domain}`;
  return `${endpoint}/${account}/${name}`;
}
