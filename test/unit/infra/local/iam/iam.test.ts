import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createIam, type Iam } from '../../../../../infra/local/iam/iam.ts';
import {
  type CallOptions,
  type GatedGateway,
  OUTSIDE,
  startGated,
} from '../../../../support/stack/gated-gateway.ts';
import { allow, readIamTemplate } from '../../../../support/stack/iam-template.ts';

let folder: string;
let gateway: GatedGateway | undefined;
const logged: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smallbatch-iam-'));
});
afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  logged.length = 0;
});
afterAll(async () => await rm(folder, { recursive: true }));

async function start(...statements: object[]): Promise<GatedGateway & Iam> {
  const iam = createIam(await readIamTemplate(folder, { statements }), (line) => logged.push(line));
  gateway = await startGated(iam.gate, folder);
  return { ...gateway, ...iam };
}

const QueueUrl = 'http://127.0.0.1/000000000000/jobs';
const QUEUE = 'arn:aws:sqs:eu-central-1:000000000000:jobs';
const WORKER = 'arn:aws:sts::000000000000:assumed-role/workerrole/worker';
const toMessage = (action: string, resource: string, why: string): string =>
  `User: ${WORKER} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
const notAllowed = (action: string): string => `because no identity-based policy allows the ${action} action`;

describe('a call that the role allows reaches the service with its body', () => {
  it.each([
    ['sqs', 'SendMessageBatch', { QueueUrl, MessageBody: 'x'.repeat(300_000) }, 'sqs:SendMessage'],
    ['dynamodb', 'UpdateItem', { TableName: 'ledger', é: '…' }, 'dynamodb:UpdateItem'],
    ['events', 'PutEvents', { Entries: [{}] }, 'events:PutEvents'],
  ])('%s.%s', async (service, operation, body, action) => {
    const { callJson, refusals } = await start(allow(action, '*'));

    const response = await callJson(service, operation, body);

    expect(await response.json()).toEqual({ got: JSON.stringify(body) });
    expect([refusals.size, logged]).toEqual([0, []]);
  });

  it('S3, whose body is streamed', async () => {
    const { call } = await start(
      allow('s3:PutObject', 'arn:aws:s3:::b/new/*'),
      allow('s3:GetObject', 'arn:aws:s3:::b/new/*'),
    );

    const put = await call('s3', 'PUT', '/b/new/k', { body: 'x'.repeat(1_000_000) });
    const got = await call('s3', 'GET', '/b/new/k');

    expect([put.status, got.status, (await got.text()).length]).toEqual([200, 200, 1_000_000]);
  });

  it('DeleteObjects, whose body is read for its keys', async () => {
    const { call } = await start(
      allow('s3:DeleteObject', 'arn:aws:s3:::b/*'),
      allow('s3:*', 'arn:aws:s3:::b'),
    );
    const body = '<Delete><Object><Key>there</Key></Object></Delete>';

    const response = await call('s3', 'POST', '/b?delete', { body });

    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining('<Deleted><Key>there</Key></Deleted>'),
    ]);
    expect((await call('s3', 'GET', '/b/there', { caller: OUTSIDE })).status).toBe(404);
  });

  it('and every call from outside', async () => {
    const { callJson } = await start();

    const response = await callJson('sqs', 'SendMessage', { QueueUrl }, OUTSIDE);

    expect(response.status).toBe(200);
  });
});

describe('a call that the role does not allow is refused', () => {
  it.each([
    ['as no statement speaks of it', [], notAllowed('sqs:SendMessage')],
    ['as another queue is meant', [allow('sqs:*', `${QUEUE}-dead`)], notAllowed('sqs:SendMessage')],
    [
      'as it is denied',
      [allow('*', '*'), { ...allow('sqs:*', '*'), Effect: 'Deny' }],
      'with an explicit deny in an identity-based policy',
    ],
  ])('by a JSON service, %s', async (_title, statements, why) => {
    const { callJson } = await start(...statements);

    const response = await callJson('sqs', 'SendMessageBatch', { QueueUrl });

    expect([response.status, await response.json()]).toEqual([
      400,
      { __type: 'AccessDeniedException', message: toMessage('sqs:SendMessage', QUEUE, why) },
    ]);
  });

  it.each([
    ['GET', '/b/there', {}, 's3:GetObject', 'b/there'],
    ['PUT', '/b/k', { body: 'x'.repeat(1_000_000) }, 's3:PutObject', 'b/k'],
    ['PUT', '/b/own/k', { headers: { 'x-amz-copy-source': 'b/there' } }, 's3:GetObject', 'b/there'],
    ['GET', '/b?list-type=2', {}, 's3:ListBucket', 'b'],
    [
      'POST',
      '/b?delete',
      { body: '<Delete><Object><Key>own/k</Key></Object><Object><Key>there</Key></Object></Delete>' },
      's3:DeleteObject',
      'b/there',
    ],
  ])('by S3: %s %s', async (method, path, options, action, place) => {
    const { call } = await start(allow('s3:*', 'arn:aws:s3:::b/own/*'));

    const response = await call('s3', method, path, options);

    const message = toMessage(action, `arn:aws:s3:::${place}`, notAllowed(action));
    const text = await response.text();
    expect(response.status).toBe(403);
    expect(text).toContain(`<Code>AccessDenied</Code><Message>${message}</Message>`);
    expect((await call('s3', 'GET', '/b/there', { caller: OUTSIDE })).status).toBe(200);
  });

  it('by S3 without a word for a HEAD', async () => {
    const { call } = await start();

    const response = await call('s3', 'HEAD', '/b/there');

    expect([response.status, await response.text()]).toEqual([403, '']);
  });

  it.each([
    ['sqs', 'UnrecognizedClientException'],
    ['s3', 'InvalidAccessKeyId'],
  ])('by %s when nobody knows the caller', async (service, code) => {
    const { call } = await start(allow('*', '*'));

    const response = await call(service, 'POST', '/', { caller: 'stranger', body: '{}' });

    expect(await response.text()).toContain(code);
  });

  it('is logged once for each action and resource, and always counted', async () => {
    const { call, callJson, refusals } = await start();

    for (const name of ['a', 'a', 'b']) await call('s3', 'GET', `/b/${name}`);
    await callJson('sqs', 'SendMessage', { QueueUrl });

    expect(Object.fromEntries(refusals)).toEqual({ 'worker s3:GetObject': 3, 'worker sqs:SendMessage': 1 });
    expect(logged).toEqual([
      expect.stringContaining('AccessDenied: User: '),
      expect.stringContaining('arn:aws:s3:::b/b '),
      expect.stringContaining(QUEUE),
    ]);
  });
});

describe('a missing object', () => {
  const readable = [allow('s3:*Object', 'arn:aws:s3:::b/*')];
  const listable = [...readable, allow('s3:ListBucket', 'arn:aws:s3:::b')];
  const copied = { headers: { 'x-amz-copy-source': 'b/missing' } };
  it.each<[string, string, CallOptions, object[], number]>([
    ['GET', '/b/missing', {}, listable, 404],
    ['GET', '/b/missing', {}, readable, 403],
    ['HEAD', '/b/missing', {}, listable, 404],
    ['HEAD', '/b/missing', {}, readable, 403],
    ['PUT', '/b/copy', copied, listable, 404],
    ['PUT', '/b/copy', copied, readable, 403],
    ['GET', '/b/there', {}, readable, 200],
    ['DELETE', '/b/missing', {}, readable, 204],
  ])('%s %s %o', async (method, path, options, statements, status) => {
    const { call, refusals } = await start(...statements);

    const response = await call('s3', method, path, options);

    const text = await response.text();
    expect(response.status).toBe(status);
    expect(text.includes('AccessDenied')).toBe(status === 403 && method !== 'HEAD');
    expect(refusals.get('worker s3:ListBucket')).toBe(status === 403 ? 1 : undefined);
  });
});
