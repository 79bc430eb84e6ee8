import { expect, test } from 'vitest';
import { toCost } from '../../../../infra/cli/cost.ts';
import type { FunctionStats } from '../../../../infra/local/lambda/service.ts';

const MILLION = 1_000_000;
const counts = (requests: Record<string, number>) => ({
  requests: new Map(Object.entries(requests)),
  bytes: { s3In: 0, s3Out: 0 },
});
const stats = (more: Partial<FunctionStats>): FunctionStats => ({
  name: 'process',
  memoryMb: 1024,
  invocations: 0,
  coldStarts: 0,
  errors: 0,
  timeouts: 0,
  kills: 0,
  billedMs: 0,
  initMs: 0,
  peakRssMb: 0,
  ...more,
});

/** A million of each, in dollars of AWS's public price list for us-east-1 (Lambda on arm64, on-demand DynamoDB). */
test.each([
  { request: 'sqs.SendMessageBatch', part: 'sqs', usd: 0.4 },
  { request: 'sqs.ReceiveMessage', part: 'sqs', usd: 0.4 },
  { request: 'events.PutEvents', part: 'sqs', usd: 1 },
  { request: 'dynamodb.UpdateItem', part: 'dynamodb', usd: 0.625 },
  { request: 'dynamodb.PutItem', part: 'dynamodb', usd: 0.625 },
  { request: 'dynamodb.GetItem', part: 'dynamodb', usd: 0.125 },
  { request: 'dynamodb.Query', part: 'dynamodb', usd: 0.125 },
  { request: 's3.PutObject', part: 's3', usd: 5 },
  { request: 's3.CopyObject', part: 's3', usd: 5 },
  { request: 's3.UploadPart', part: 's3', usd: 5 },
  { request: 's3.ListObjectsV2', part: 's3', usd: 5 },
  { request: 's3.GetObject', part: 's3', usd: 0.4 },
  { request: 's3.HeadObject', part: 's3', usd: 0.4 },
  { request: 's3.DeleteObjects', part: 's3', usd: 0 },
  { request: 's3.AbortMultipartUpload', part: 's3', usd: 0 },
  { request: 'lambda.Invoke', part: 'lambda', usd: 0 },
] as const)('a million $request cost $ $usd', ({ request, part, usd }) => {
  const cost = toCost(counts({ [request]: MILLION }), []);

  expect(cost[part]).toBeCloseTo(usd, 9);
  expect(cost.total).toBeCloseTo(usd, 9);
});

test.each([
  { name: 'a million invocations', more: { invocations: MILLION }, usd: 0.2 },
  { name: 'a thousand seconds of 1 GB', more: { billedMs: MILLION }, usd: 0.0133334 },
  { name: 'a thousand seconds of 512 MB', more: { billedMs: MILLION, memoryMb: 512 }, usd: 0.0066667 },
])('$name cost $ $usd', ({ more, usd }) => {
  expect(toCost(counts({}), [stats(more)]).lambda).toBeCloseTo(usd, 9);
});

test('the total is the sum of its parts', () => {
  const { total, ...parts } = toCost(
    counts({ 's3.GetObject': 7, 'sqs.SendMessage': 5, 'dynamodb.Query': 3 }),
    [stats({ invocations: 2, billedMs: 50 }), stats({ invocations: 1, billedMs: 10 })],
  );

  expect(total).toBeCloseTo(
    Object.values(parts).reduce((sum, part) => sum + part, 0),
    12,
  );
  expect(toCost(counts({}), [])).toEqual({ total: 0, lambda: 0, sqs: 0, dynamodb: 0, s3: 0 });
});
