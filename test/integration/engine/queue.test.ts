import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { clusterQueueUrl, deployedTiers, queueUrlOf, sendMessages } from '../../../shared/aws/queue.ts';
import { type Entry, type FailedEntry, type SqsServer, startSqsServer } from '../../support/sqs/server.ts';

let server: SqsServer;
let fail: (batch: readonly Entry[], call: number) => FailedEntry[];
beforeAll(async () => {
  server = await startSqsServer((batch, call) => fail(batch, call));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});
beforeEach(() => {
  fail = () => [];
  server.batches.length = 0;
});
afterAll(() => server?.stop());

const queueUrl = (): string => `${server.url}/000000000000/queue`;
const failed = ({ Id }: Entry, SenderFault = false): FailedEntry => ({
  Id,
  Code: 'InternalError',
  SenderFault,
});
const numbers = (count: number): { n: number }[] => Array.from({ length: count }, (_, n) => ({ n }));
const toNumbers = (batch: readonly Entry[]): number[] =>
  batch.map(({ MessageBody }) => JSON.parse(MessageBody).n);

test('messages go in tens, in order, each in the run’s fair group', async () => {
  await sendMessages(queueUrl(), numbers(25), 'run-1');

  expect(server.batches.map((batch) => batch.length)).toEqual([10, 10, 5]);
  expect(server.batches.flatMap(toNumbers)).toEqual(numbers(25).map(({ n }) => n));
  expect(new Set(server.batches.flat().map((entry) => entry.MessageGroupId))).toEqual(new Set(['run-1']));
});

test.each([
  { name: 'seven of 150 KB', sizes: Array(7).fill(150_000), batches: [6, 1] },
  { name: 'one that fills a batch alone', sizes: [10, 999_980, 10, 10], batches: [1, 1, 2] },
  {
    name: 'characters that are escaped to six bytes',
    sizes: [],
    text: 'ü'.repeat(60_000),
    count: 3,
    batches: [2, 1],
  },
])('a batch stays within 1 MiB: $name', async ({ sizes, text, count = 0, batches }) => {
  const bodies = [...sizes.map((size) => ({ text: 'x'.repeat(size) })), ...Array(count).fill({ text })];

  await sendMessages(queueUrl(), bodies, 'run-1');

  expect(server.batches.map((batch) => batch.length)).toEqual(batches);
  for (const batch of server.batches) {
    const bytes = batch.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
    expect(bytes).toBeLessThanOrEqual(1024 * 1024);
  }
});

test('only the entries that failed are sent again, before the next batch', async () => {
  const sick = new Map([
    [0, [2, 7]],
    [1, [7]],
  ]);
  fail = (batch, call) =>
    batch
      .filter((entry) => sick.get(call)?.includes(JSON.parse(entry.MessageBody).n))
      .map((entry) => failed(entry));

  await sendMessages(queueUrl(), numbers(12), 'run-1');

  expect(server.batches.map(toNumbers)).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [2, 7], [7], [10, 11]]);
});

test('an entry that is refused for its own fault is not tried again', async () => {
  fail = (batch) => batch.slice(0, 1).map((entry) => failed(entry, true));

  const sending = sendMessages(queueUrl(), numbers(3), 'run-1');

  await expect(sending).rejects.toThrow('SQS refused 1 of 3 messages: InternalError');
  expect(server.batches.length).toBe(1);
});

test('an entry that fails each time ends the call', async () => {
  fail = (batch) => batch.map((entry) => failed(entry));

  const sending = sendMessages(queueUrl(), numbers(2), 'run-1');

  await expect(sending).rejects.toThrow('SQS refused 2 of 2 messages');
  expect(server.batches.length).toBe(6);
}, 30_000);

test('a queue is found by kind and size, and its tiers smallest first', () => {
  process.env.CLUSTER_QUEUE_URLS = JSON.stringify({
    'toy-1024': 'large',
    'toy-256': 'small',
    'toys-512': 'other',
  });

  expect(clusterQueueUrl('toy', 256)).toBe('small');
  expect(deployedTiers('toy')).toEqual([256, 1024]);
  expect(() => clusterQueueUrl('toy', 512)).toThrow(
    'expected a queue for toy-512, found toy-1024, toy-256, toys-512',
  );
});

test('a queue’s URL is at the endpoint that the SDK uses', () => {
  const arn = 'arn:aws:sqs:eu-central-1:123456789012:intake';
  expect(queueUrlOf(arn)).toBe(`${server.url}/123456789012/intake`);
  delete process.env.AWS_ENDPOINT_URL;
  expect(queueUrlOf(arn)).toBe('https://sqs.eu-central-1.amazonaws.com/123456789012/intake');
});
