import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { beforeEach, expect, test } from 'vitest';
import { handler as abandon } from '../../../functions/abandon.ts';
import { log } from '../../../shared/aws/log.ts';
import { useQueueClient } from '../../../shared/aws/queue.ts';
import { forEachRecord, outOfTime } from '../../../shared/aws/sqs-batch.ts';
import { SmallbatchError } from '../../../shared/errors.ts';

/** Message → seconds after which it comes back. */
let givenBack: Record<string, number | undefined>;
let refuse: boolean;
beforeEach(() => {
  log.setLogLevel('SILENT');
  process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1';
  givenBack = {};
  refuse = false;
  const send = async (command: unknown): Promise<object> => {
    if (!(command instanceof ChangeMessageVisibilityCommand)) throw new Error('expected a visibility');
    if (refuse) throw new Error('the receipt handle has expired');
    const { ReceiptHandle = '', VisibilityTimeout } = command.input;
    givenBack[ReceiptHandle] = VisibilityTimeout;
    return {};
  };
  useQueueClient({ send: send as never });
});

const toRecord = (id: string, body = id): SQSRecord =>
  ({ messageId: id, receiptHandle: id, body, eventSourceARN: 'arn:aws:sqs:r:0:queue' }) as SQSRecord;
const toEvent = (...ids: string[]): SQSEvent => ({ Records: ids.map((id) => toRecord(id)) });
const context = { getRemainingTimeInMillis: () => 60_000 } as Context;

async function handle({ body }: SQSRecord): Promise<void> {
  if (body === 'throws') throw new Error('asked to');
  if (body === 'throws text') throw 'text';
  if (body === 'invalid') throw new SmallbatchError('MESSAGE_INVALID', 'asked to');
}

test.each([
  { name: 'all work', ids: ['a', 'b'], failed: [] },
  { name: 'one throws, the next goes on', ids: ['a', 'throws', 'b'], failed: ['throws'] },
  {
    name: 'each kind of error',
    ids: ['throws', 'throws text', 'invalid'],
    failed: ['throws', 'throws text', 'invalid'],
  },
  { name: 'none', ids: [], failed: [] },
])('records are answered for one by one: $name', async ({ ids, failed }) => {
  const { batchItemFailures } = await forEachRecord(toEvent(...ids), context, handle);

  expect(batchItemFailures).toEqual(failed.map((itemIdentifier) => ({ itemIdentifier })));
  expect(givenBack).toEqual(Object.fromEntries(failed.map((id) => [id, 10])));
});

test('a record that can not be given back early is still answered for, and so are the others', async () => {
  refuse = true;

  const { batchItemFailures } = await forEachRecord(toEvent('a', 'throws', 'b'), context, handle);

  expect(batchItemFailures).toEqual([{ itemIdentifier: 'throws' }]);
});

test('a letter that can not be parsed comes back after minutes, not seconds: it stays for days', async () => {
  const { batchItemFailures } = await abandon(toEvent('no JSON'), context);

  expect(batchItemFailures).toEqual([{ itemIdentifier: 'no JSON' }]);
  expect(givenBack).toEqual({ 'no JSON': 600 });
});

test.each([
  { limitMs: 900_000, leftMs: 60_001, expected: false },
  { limitMs: 900_000, leftMs: 59_999, expected: true },
  { limitMs: 30_000, leftMs: 10_001, expected: false },
  { limitMs: 30_000, leftMs: 9_999, expected: true },
])(
  'of $limitMs ms, with $leftMs ms left, a function is out of time: $expected',
  ({ limitMs, leftMs, expected }) => {
    let left = limitMs;
    const isOut = outOfTime({ getRemainingTimeInMillis: () => left } as Context);

    left = leftMs;

    expect(isOut()).toBe(expected);
  },
);
