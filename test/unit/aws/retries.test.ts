import { expect, test } from 'vitest';
import { RECEIVES, toRetrySeconds } from '../../../shared/aws/retries.ts';
import { isServiceFault, Unavailable } from '../../../shared/aws/service-fault.ts';

/** The pauses between the deliveries of one message. */
const pauses = (isTrouble: boolean): number[] =>
  Array.from({ length: RECEIVES - 1 }, (_, n) => toRetrySeconds(n + 1, isTrouble));
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

test('while AWS is in trouble the pauses grow, over more than ten minutes', () => {
  const seconds = pauses(true);

  expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
  expect(sum(seconds)).toBeGreaterThanOrEqual(600);
  expect(RECEIVES).toBeGreaterThanOrEqual(5);
});

test('what fails for another reason is a dead letter within a minute', () => {
  expect(sum(pauses(false))).toBeLessThan(60);
});

const answered = (httpStatusCode: number | undefined, name = 'Some') =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
const broken = (code: string) => Object.assign(new Error('socket'), { code });

test.each<[string, unknown, boolean]>([
  ['a throttle of S3', answered(503, 'SlowDown'), true],
  ['a throttle of SQS', answered(400, 'RequestThrottled'), true],
  ['a throttle of DynamoDB', answered(400, 'ProvisionedThroughputExceededException'), true],
  ['an internal error', answered(500, 'InternalError'), true],
  ['a refusal by the role', answered(403, 'AccessDenied'), true],
  ['an upload that was too slow for S3', answered(400, 'RequestTimeout'), true],
  ['an answer that never came', answered(undefined), true],
  ['a connection that was reset', broken('ECONNRESET'), true],
  ['one that a kind made an error of its own of', new Error('mine', { cause: broken('EPIPE') }), true],
  ['one in the thread of the item', new Unavailable('a: SlowDown'), true],
  ['an object that is not there', answered(404, 'NoSuchKey'), false],
  ['a key that is too long', answered(400, 'KeyTooLongError'), false],
  ['a condition that does not hold', answered(412, 'PreconditionFailed'), false],
  ['a bug', new TypeError('x is undefined'), false],
  ['no error at all', 'text', false],
])('is AWS at fault for %s?', (_, error, expected) => {
  expect(isServiceFault(error)).toBe(expected);
});
