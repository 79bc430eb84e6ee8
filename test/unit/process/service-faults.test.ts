import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runItem } from '../../../shared/process/item.ts';
import '../../support/kinds/toy-kind.ts';

/** An S3 that answers each call alike; the SDK asks again by itself. */
let answer = { status: 503, code: 'SlowDown' };
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(answer.status, { 'content-type': 'application/xml' });
  response.end(`<Error><Code>${answer.code}</Code><Message>asked to</Message></Error>`);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    RESULTS_BUCKET: 'results',
    ALLOWED_HOSTS: '{}',
  });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const source = { bucket: 'inbox', key: 'toy/a/a.toy', size: 1 };
const runToy = (does: string) =>
  runItem(
    {
      kind: 'toy',
      group: 'toy-1.1',
      source,
      options: {},
      item: { id: 'a', identity: 'a', bytes: 1, data: { id: 'a', does } },
    },
    { signal: AbortSignal.timeout(60_000), stage: () => undefined },
  );

test.each([
  { does: 'echo', what: 'an output that S3 throttles' },
  { does: 'read', what: 'a source that S3 throttles' },
])(
  'is to be tried again: $what',
  async ({ does }) => {
    answer = { status: 503, code: 'SlowDown' };

    expect(await runToy(does)).toMatchObject({
      type: 'unavailable',
      reason: expect.stringContaining('SlowDown'),
    });
  },
  60_000,
);

test('is the item’s own failure: a source that is not there', async () => {
  answer = { status: 404, code: 'NoSuchKey' };

  expect(await runToy('read')).toMatchObject({ type: 'result', result: { status: 'failed' } });
}, 60_000);

test('is the item’s own failure: what it does itself', async () => {
  expect(await runToy('throw')).toMatchObject({
    type: 'result',
    result: { failure: { code: 'ITEM_FAILED', message: 'Error: asked to throw by a' } },
  });
});
