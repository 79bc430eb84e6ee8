import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { beforeEach, expect, test } from 'vitest';
import { handler as abandon } from '../../../functions/abandon.ts';
import { log } from '../../../shared/aws/log.ts';
import { useQueueClient } from '../../../shared/aws/queue.ts';
import { type FailedDelivery, forEachRecord } from '../../../shared/aws/sqs-batch.ts';
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
  ({
    messageId: id,
    receiptHandle: id,
    body,
    eventSourceARN: 'arn:aws:sqs:r:0:queue',
    attributes: { ApproximateReceiveCount: '2' },
  }) as SQSRecord;
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
  const { batchItemFailures } = await forEachRecord(toEvent(...ids), context, { handle });

  expect(batchItemFailures).toEqual(failed.map((itemIdentifier) => ({ itemIdentifier })));
  expect(givenBack).toEqual(Object.fromEntries(failed.map((id) => [id, 5])));
});

test('each failure is noted with its delivery; noting that fails changes nothing', async () => {
  const noted: unknown[] = [];
  const noteFailure = async ({ messageId }: SQSRecord, { attempt, againInSeconds }: FailedDelivery) => {
    noted.push([messageId, attempt, againInSeconds]);
    throw new Error('the table is busy');
  };

  const { batchItemFailures } = await forEachRecord(toEvent('throws', 'a'), context, { handle, noteFailure });

  expect(noted).toEqual([['throws', 2, 5]]);
  expect(batchItemFailures).toEqual([{ itemIdentifier: 'throws' }]);
  expect(givenBack).toEqual({ throws: 5 });
});

test('a record that can not be given back early is still answered for, and so are the others', async () => {
  refuse = true;

  const { batchItemFailures } = await forEachRecord(toEvent('a', 'throws', 'b'), context, { handle });

  expect(batchItemFailures).toEqual([{ itemIdentifier: 'throws' }]);
});

test('a letter that can not be parsed comes back after minutes, not seconds: it stays for days', async () => {
  const { batchItemFailures } = await abandon(toEvent('no JSON'), context);

  expect(batchItemFailures).toEqual([{ itemIdentifier: 'no JSON' }]);
  expect(givenBack).toEqual({ 'no JSON': 600 });
});
