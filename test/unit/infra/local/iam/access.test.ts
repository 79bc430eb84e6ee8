import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { hasTellingBody, toPermissions } from '../../../../../infra/local/iam/access.ts';
import type { Access, Permissions } from '../../../../../infra/local/iam/permissions.ts';
import { operationOf } from '../../../../../infra/local/s3/operation.ts';

function toRequest(method: string, url: string, headers: Record<string, string> = {}): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.method = method;
  request.url = url;
  request.headers = headers;
  return request;
}

async function askS3(
  line: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Permissions & { operation: string }> {
  const [method = '', url = ''] = line.split(' ');
  const operation = operationOf(method, url, headers);
  const call = { service: 's3', operation, caller: 'split' };
  return { operation, ...(await toPermissions(call, toRequest(method, url, headers), body)) };
}

async function askJson(service: string, operation: string, body: unknown): Promise<readonly Access[]> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const { needs } = await toPermissions(
    { service, operation, caller: 'split' },
    toRequest('POST', '/'),
    text,
  );
  return needs;
}

const toTexts = (needs: readonly Access[]) => needs.map(({ action, resource }) => `${action} ${resource}`);
const COPY = { 'x-amz-copy-source': '/from/a%20b/%C3%BC.txt' };

describe('an S3 request needs', () => {
  it.each<[string, string, Record<string, string>, string[]]>([
    ['GetObject', 'GET /b/runs/a.json?x-id=GetObject', {}, ['s3:GetObject b/runs/a.json']],
    ['GetObject', 'GET /b/k?versionId=7', {}, ['s3:GetObjectVersion b/k']],
    ['HeadObject', 'HEAD /b/k', {}, ['s3:GetObject b/k']],
    ['HeadObject', 'HEAD /b/k?versionId=7', {}, ['s3:GetObjectVersion b/k']],
    ['GetObject', 'GET /b/a%20b/%C3%BC%2F..%2F*?x', {}, ['s3:GetObject b/a b/ü/../*']],
    ['PutObject', 'PUT /b/k?x-id=PutObject', {}, ['s3:PutObject b/k']],
    ['CopyObject', 'PUT /b/k', COPY, ['s3:GetObject from/a b/ü.txt', 's3:PutObject b/k']],
    [
      'CopyObject',
      'PUT /b/k',
      { 'x-amz-copy-source': 'from/k?versionId=7' },
      ['s3:GetObjectVersion from/k', 's3:PutObject b/k'],
    ],
    ['CreateMultipartUpload', 'POST /b/k?uploads', {}, ['s3:PutObject b/k']],
    ['UploadPart', 'PUT /b/k?partNumber=1&uploadId=u', {}, ['s3:PutObject b/k']],
    [
      'UploadPartCopy',
      'PUT /b/k?partNumber=1&uploadId=u',
      COPY,
      ['s3:GetObject from/a b/ü.txt', 's3:PutObject b/k'],
    ],
    ['CompleteMultipartUpload', 'POST /b/k?uploadId=u', {}, ['s3:PutObject b/k']],
    ['AbortMultipartUpload', 'DELETE /b/k?uploadId=u', {}, ['s3:AbortMultipartUpload b/k']],
    ['ListParts', 'GET /b/k?uploadId=u', {}, ['s3:ListMultipartUploadParts b/k']],
    ['DeleteObject', 'DELETE /b/k', {}, ['s3:DeleteObject b/k']],
    ['DeleteObject', 'DELETE /b/k?versionId=7', {}, ['s3:DeleteObjectVersion b/k']],
    ['ListObjectsV2', 'GET /b?list-type=2&prefix=k', {}, ['s3:ListBucket b']],
    ['HeadBucket', 'HEAD /b', {}, ['s3:ListBucket b']],
    ['ListObjectVersions', 'GET /b?versions', {}, ['s3:ListBucketVersions b']],
    ['CreateBucket', 'PUT /b', {}, ['s3:CreateBucket b']],
    ['PutObjectTagging', 'PUT /b/k?tagging&x-id=PutObjectTagging', {}, ['s3:PutObjectTagging b/k']],
    ['Unknown', 'PUT /b?policy', {}, ['s3:Unknown b']],
  ])('%s: %s', async (operation, line, headers, expected) => {
    const asked = await askS3(line, headers);

    expect(asked.operation).toBe(operation);
    expect(toTexts(asked.needs)).toEqual(expected.map((each) => each.replace(' ', ' arn:aws:s3:::')));
  });

  it('a permission for each key of DeleteObjects', async () => {
    const body = `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a&amp;b</Key></Object>
      <Quiet>true</Quiet><Object><Key>c</Key><VersionId>7</VersionId></Object></Delete>`;

    const { needs } = await askS3('POST /b?delete', {}, body);

    expect(toTexts(needs)).toEqual([
      's3:DeleteObject arn:aws:s3:::b/a&b',
      's3:DeleteObjectVersion arn:aws:s3:::b/c',
    ]);
  });

  it('everything for a DeleteObjects body that is not read here', async () => {
    const { needs } = await askS3('POST /b?delete', {}, '1f;chunk-signature=0\r\n<Delete>');

    expect(toTexts(needs)).toEqual(['s3:DeleteObject *']);
  });

  it.each([
    ['a key that is not UTF-8', 'GET /b/%ff', {}],
    ['a copy source without a key', 'PUT /b/k', { 'x-amz-copy-source': 'from' }],
  ])('nothing for %s, which S3 refuses itself', async (_title, line, headers) => {
    expect((await askS3(line, headers as Record<string, string>)).needs).toEqual([]);
  });

  it.each([
    ['GET /b/k', {}, 'b'],
    ['HEAD /b/k', {}, 'b'],
    ['PUT /b/k', COPY, 'from'],
    ['PUT /b/k', {}, undefined],
    ['DELETE /b/k', {}, undefined],
  ])(
    '%s %o: leave to list the bucket %s, to be told that the object is missing',
    async (line, headers, bucket) => {
      const { toldMissing } = await askS3(line, headers as Record<string, string>);

      expect(toldMissing).toEqual(bucket && { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` });
    },
  );
});

const QueueUrl = 'http://127.0.0.1:4566/000000000000/intake';
const TableName = 'ledger';

describe('a JSON request needs', () => {
  it.each<[string, string, unknown, string[]]>([
    ['sqs', 'SendMessage', { QueueUrl, MessageBody: '{"QueueUrl":"x"}' }, ['sqs:SendMessage intake']],
    ['sqs', 'SendMessageBatch', { QueueUrl }, ['sqs:SendMessage intake']],
    ['sqs', 'ChangeMessageVisibilityBatch', { QueueUrl }, ['sqs:ChangeMessageVisibility intake']],
    ['sqs', 'GetQueueUrl', { QueueName: 'intake' }, ['sqs:GetQueueUrl intake']],
    ['sqs', 'ListQueues', {}, ['sqs:ListQueues *']],
    ['sqs', 'SendMessage', '{"QueueUrl', ['sqs:SendMessage *']],
    ['sqs', 'SendMessage', { QueueUrl: 7 }, ['sqs:SendMessage *']],
    ['dynamodb', 'UpdateItem', { TableName }, ['dynamodb:UpdateItem table/ledger']],
    ['dynamodb', 'Query', { TableName }, ['dynamodb:Query table/ledger']],
    ['dynamodb', 'Query', { TableName, IndexName: 'open' }, ['dynamodb:Query table/ledger/index/open']],
    [
      'dynamodb',
      'BatchGetItem',
      { RequestItems: { a: {}, b: {} } },
      ['dynamodb:BatchGetItem table/a', 'dynamodb:BatchGetItem table/b'],
    ],
    ['dynamodb', 'ListTables', {}, ['dynamodb:ListTables *']],
    [
      'events',
      'PutEvents',
      { Entries: [{ EventBusName: 'own' }, {}, {}] },
      ['events:PutEvents event-bus/own', 'events:PutEvents event-bus/default'],
    ],
    ['events', 'PutEvents', { Entries: [] }, ['events:PutEvents *']],
    ['lambda', 'Invoke', {}, ['lambda:Invoke *']],
  ])('%s.%s %o', async (service, operation, body, expected) => {
    const needs = await askJson(service, operation, body);

    const arn = `arn:aws:${service}:eu-central-1:000000000000:`;
    expect(toTexts(needs)).toEqual(
      expected.map((each) => (each.endsWith(' *') ? each : each.replace(' ', ` ${arn}`))),
    );
  });

  it('events: the bus by its ARN too', async () => {
    const EventBusName = 'arn:aws:events:eu-west-1:111111111111:event-bus/theirs';

    const needs = await askJson('events', 'PutEvents', { Entries: [{ EventBusName }] });

    expect(toTexts(needs)).toEqual([`events:PutEvents ${EventBusName}`]);
  });
});

describe('the body is read', () => {
  it.each([
    ['s3', 'PutObject', false],
    ['s3', 'UploadPart', false],
    ['s3', 'DeleteObjects', true],
    ['sqs', 'SendMessage', true],
    ['dynamodb', 'GetItem', true],
  ])('%s.%s: %s', (service, operation, expected) => {
    expect(hasTellingBody({ service, operation, caller: 'split' })).toBe(expected);
  });
});
