import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTemplate, type Template } from '../../../../infra/local/template.ts';

const ENDPOINT = 'http://127.0.0.1:4566';
const placed = (Type: string, path: string, Properties: object = {}) => ({
  Type,
  Properties,
  Metadata: { 'aws:cdk:path': path },
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smallbatch-template-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(Resources: object, Outputs: object = {}): Promise<Template> {
  const file = join(folder, 'template.json');
  await writeFile(file, JSON.stringify({ Resources, Outputs }));
  return await readTemplate(file, ENDPOINT);
}

const RESOURCES = {
  Queue1: placed('AWS::SQS::Queue', 'App/Intake/Queue/Resource'),
  Letters1: placed('AWS::SQS::Queue', 'App/Intake/DeadLetters/Resource'),
  Function1: placed('AWS::Lambda::Function', 'App/Process-toy-512/Function/Resource'),
  Bucket1: placed('AWS::S3::Bucket', 'App/Storage/Inbox/Resource'),
  Table1: placed('AWS::DynamoDB::Table', 'App/Storage/Ledger/Resource'),
  Role1: placed('AWS::IAM::Role', 'App/Process-toy-512/Role/Resource'),
  Rule1: placed('AWS::Events::Rule', 'App/Uploads/Resource'),
  Logs1: placed('AWS::Logs::LogGroup', 'App/Split/Logs/Resource'),
  NoPath: { Type: 'AWS::S3::Bucket' },
};

test.each([
  { name: 'text', value: 'as it is', expected: 'as it is' },
  { name: 'numbers, booleans and null', value: [1, true, null], expected: [1, true, null] },
  { name: 'a reference to a queue', value: { Ref: 'Queue1' }, expected: `${ENDPOINT}/000000000000/intake` },
  { name: 'a reference to a bucket', value: { Ref: 'Bucket1' }, expected: 'storage-inbox' },
  { name: 'a reference to the region', value: { Ref: 'AWS::Region' }, expected: 'eu-central-1' },
  {
    name: 'the account in a text',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's
    value: { 'Fn::Sub': 'assets-${AWS::AccountId}-${Bucket1}' },
    expected: 'assets-000000000000-storage-inbox',
  },
  {
    name: 'a queue’s name',
    value: { 'Fn::GetAtt': ['Letters1', 'Arn'] },
    expected: 'arn:aws:sqs:eu-central-1:000000000000:intake-deadletters',
  },
  {
    name: 'a function’s ARN',
    value: { 'Fn::GetAtt': ['Function1', 'Arn'] },
    expected: 'arn:aws:lambda:eu-central-1:000000000000:function:process-toy-512',
  },
  {
    name: 'a bucket’s ARN',
    value: { 'Fn::GetAtt': ['Bucket1', 'Arn'] },
    expected: 'arn:aws:s3:::storage-inbox',
  },
  {
    name: 'a table’s ARN',
    value: { 'Fn::GetAtt': ['Table1', 'Arn'] },
    expected: 'arn:aws:dynamodb:eu-central-1:000000000000:table/storage-ledger',
  },
  {
    name: 'a role’s ARN',
    value: { 'Fn::GetAtt': ['Role1', 'Arn'] },
    expected: 'arn:aws:iam::000000000000:role/process-toy-512-role',
  },
  {
    name: 'a rule’s ARN',
    value: { 'Fn::GetAtt': ['Rule1', 'Arn'] },
    expected: 'arn:aws:events:eu-central-1:000000000000:rule/uploads',
  },
  {
    name: 'a log group’s ARN',
    value: { 'Fn::GetAtt': ['Logs1', 'Arn'] },
    expected: 'arn:aws:logs:eu-central-1:000000000000:log-group:split-logs:*',
  },
  { name: 'a name without a place', value: { Ref: 'NoPath' }, expected: 'nopath' },
  {
    name: 'joined parts',
    value: { 'Fn::Join': ['', ['{"toy-512":"', { Ref: 'Queue1' }, '"}']] },
    expected: `{"toy-512":"${ENDPOINT}/000000000000/intake"}`,
  },
  {
    name: 'an object in an object',
    value: { a: { b: { Ref: 'Bucket1' } }, c: 1 },
    expected: { a: { b: 'storage-inbox' }, c: 1 },
  },
  {
    name: 'an object with one property that is no function',
    value: { Arn: { Ref: 'Bucket1' } },
    expected: { Arn: 'storage-inbox' },
  },
])('$name is resolved', async ({ value, expected }) => {
  const template = await read({ ...RESOURCES, One: placed('Test', 'App/One/Resource', { value }) });

  expect(template.ofType('Test')).toEqual([
    { id: 'One', name: 'one', type: 'Test', properties: { value: expected } },
  ]);
});

test.each([
  { value: { 'Fn::ImportValue': 'x' }, message: 'does not know the template function Fn::ImportValue' },
  {
    value: { 'Fn::GetAtt': ['Bucket1', 'DomainName'] },
    message: 'does not know the attribute DomainName of AWS::S3::Bucket',
  },
  { value: { 'Fn::GetAtt': ['Nothing', 'Arn'] }, message: 'does not know the attribute Arn of ' },
])('$value is refused by its name', async ({ value, message }) => {
  const template = await read({ ...RESOURCES, One: placed('Test', 'App/One/Resource', { value }) });

  expect(() => template.ofType('Test')).toThrow(message);
});

test('a resource that the local stack can not read is no harm until it is asked for', async () => {
  const template = await read({ ...RESOURCES, Odd: placed('AWS::Odd', 'App/Odd', { a: { 'Fn::Odd': 1 } }) });

  expect(template.ofType('AWS::SQS::Queue').map(({ name }) => name)).toEqual([
    'intake',
    'intake-deadletters',
  ]);
});

test('outputs are resolved; one that is missing is told with those that are there', async () => {
  const template = await read(RESOURCES, { QueueUrl: { Value: { Ref: 'Queue1' } }, Other: { Value: 'x' } });

  expect(template.output('QueueUrl')).toBe(`${ENDPOINT}/000000000000/intake`);
  expect(() => template.output('Missing')).toThrow('expected the output Missing, found QueueUrl, Other');
});
