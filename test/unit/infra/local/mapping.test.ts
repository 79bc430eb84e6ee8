import { expect, test, vi } from 'vitest';
import type { LambdaService } from '../../../../infra/local/lambda/service.ts';
import { Mapping } from '../../../../infra/local/mapping.ts';
import type { Sqs } from '../../../../infra/local/services/sqs.ts';

const MESSAGES = ['a', 'b'].map((id) => ({ MessageId: id, ReceiptHandle: `handle of ${id}`, Body: '{}' }));

/** Delivers two messages to a function that answers `payload`; gives the handles that were deleted, and what was logged. */
async function deliver(payload: unknown): Promise<{ deleted: string[]; lines: string[] }> {
  const deleted: string[] = [];
  const lines: string[] = [];
  const receive = vi
    .fn()
    .mockResolvedValueOnce(MESSAGES)
    .mockReturnValue(new Promise(() => undefined));
  const done = Promise.withResolvers<void>();
  const sqs = {
    async call(operation: string, body: string) {
      if (operation === 'DeleteMessage') deleted.push(JSON.parse(body).ReceiptHandle);
      if (operation !== 'ReceiveMessage') return { status: 200, body: '' };
      if (receive.mock.calls.length > 0) done.resolve();
      return { status: 200, body: JSON.stringify({ Messages: await receive() }) };
    },
  };
  const lambda = { invoke: async () => ({ status: 'ok', payload }) };
  const resource = {
    type: 'AWS::Lambda::EventSourceMapping',
    properties: { BatchSize: 10, EventSourceArn: 'arn:aws:sqs:r:1:queue', FunctionName: 'f' },
  };
  const mapping = new Mapping(resource as never, {
    sqs: sqs as unknown as Sqs,
    lambda: lambda as unknown as LambdaService,
    counter: { add: () => undefined } as never,
    endpoint: 'http://127.0.0.1',
    concurrency: 1,
    log: (line) => lines.push(line),
  });
  mapping.start();
  await done.promise;
  mapping.stop();
  return { deleted, lines };
}

test.each([
  ['nothing', undefined, ['handle of a', 'handle of b']],
  ['no failures', { batchItemFailures: [] }, ['handle of a', 'handle of b']],
  ['one failure', { batchItemFailures: [{ itemIdentifier: 'a' }] }, ['handle of b']],
])('a function that answers %s', async (_, payload, deleted) => {
  expect(await deliver(payload)).toEqual({ deleted, lines: [] });
});

test.each([
  ['a text', 'done'],
  ['a failure without a name', { batchItemFailures: [{}] }],
  ['failures that are no list', { batchItemFailures: 'a' }],
])('a function that answers %s has failed every message, as on AWS', async (_, payload) => {
  const { deleted, lines } = await deliver(payload);

  expect(deleted).toEqual([]);
  expect(lines).toEqual([expect.stringMatching(/^f: expected batchItemFailures, found /)]);
});
