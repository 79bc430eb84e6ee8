import { type App, Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { allKinds } from '../../../shared/kinds/index.ts';
import { at, find, SECRET_ARN, template, temporaryApp, toStack } from '../../support/stack/synthesised.ts';

test.each(['Storage/Inbox', 'Storage/Results'])('%s is encrypted, private, TLS only and kept', (path) => {
  const bucket = at('AWS::S3::Bucket', `${path}/Resource`);
  expect(bucket.properties).toMatchObject({
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  });
  expect(JSON.stringify(bucket.properties.BucketEncryption)).toContain('"AES256"');
  expect(template.toJSON().Resources[bucket.id]).toMatchObject({ DeletionPolicy: 'Retain' });
  const policy = JSON.stringify(at('AWS::S3::BucketPolicy', `${path}/Policy/Resource`).properties);
  expect(policy).toContain('"Bool":{"aws:SecureTransport":"false"}');
});

test('the inbox is versioned and tells EventBridge; the results never trigger anything', () => {
  const inbox = at('AWS::S3::Bucket', 'Storage/Inbox/Resource').properties;
  expect(inbox.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  expect(inbox.NotificationConfiguration).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
  expect(at('AWS::S3::Bucket', 'Storage/Results/Resource').properties).not.toHaveProperty(
    'NotificationConfiguration',
  );
});

test('uploads below each kind’s name go to the intake queue', () => {
  const [rule] = find('AWS::Events::Rule');
  const inbox = at('AWS::S3::Bucket', 'Storage/Inbox/Resource').id;
  const prefixes = allKinds().map(({ name }) => ({ prefix: `${name}/` }));
  expect(rule?.properties.EventPattern).toEqual({
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { bucket: { name: [{ Ref: inbox }] }, object: { key: prefixes } },
  });
  expect(rule?.properties.Targets).toMatchObject([
    { Arn: { 'Fn::GetAtt': [at('AWS::SQS::Queue', 'IntakeQueue/Queue/Resource').id, 'Arn'] } },
  ]);
});

test('the ledger has recovery to a point in time, expiry, the open index, and is kept', () => {
  const { id, properties } = at('AWS::DynamoDB::Table', 'Storage/Ledger/Resource');
  expect(properties).toMatchObject({
    BillingMode: 'PAY_PER_REQUEST',
    DeletionProtectionEnabled: true,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    GlobalSecondaryIndexes: [{ IndexName: 'open' }],
  });
  expect(template.toJSON().Resources[id]).toMatchObject({ DeletionPolicy: 'Retain' });
});

test('sweep comes by the clock, and so do the runs that the config asks for', () => {
  const expressions = find('AWS::Scheduler::Schedule').map(({ path, properties }) => [
    path,
    properties.ScheduleExpression,
  ]);
  expect(expressions).toEqual([
    ['Start0/Schedule', 'cron(0 4 ? * MON *)'],
    ['Start1/Schedule', 'rate(1 day)'],
    ['SweepSchedule/Schedule', 'rate(15 minutes)'],
  ]);
  const inputOf = (path: string): string =>
    JSON.stringify(at('AWS::Scheduler::Schedule', path).properties.Target).replaceAll('\\', '');
  expect(inputOf('Start0/Schedule')).toContain('"type":"start"');
  expect(inputOf('Start0/Schedule')).toContain('"key":"toy/weekly/list.toy"');
  expect(inputOf('Start1/Schedule')).toContain('"type":"newest"');
  expect(inputOf('Start1/Schedule')).toContain('"prefix":"toy/","suffix":".toy"');
  expect(inputOf('Start1/Schedule')).toContain('"at":"<aws.scheduler.scheduled-time>"');
});

const one = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const statement = z.object({
  Effect: z.string(),
  Action: one,
  Resource: z.unknown().transform((value) => (Array.isArray(value) ? value : [value])),
});
const policies = find('AWS::IAM::Policy').map(({ path, properties }) => ({
  path,
  statements: z.object({ Statement: z.array(statement) }).parse(properties.PolicyDocument).Statement,
}));

test.each(policies)('$path names its actions and its resources', ({ statements }) => {
  for (const { Action, Resource } of statements) {
    const isTracing = Action.every((action) => action.startsWith('xray:'));
    expect(Action.filter((action) => action.includes('*'))).toEqual([]);
    expect(Resource.includes('*')).toBe(isTracing);
  }
});

test('a secret is readable by split, finish and its own kind, and by nobody else', () => {
  const readers = policies.filter(({ statements }) =>
    statements.some(({ Action, Resource }) => {
      return Action.includes('secretsmanager:GetSecretValue') && Resource.includes(SECRET_ARN);
    }),
  );
  expect(readers.map(({ path }) => path.split('/')[0]).toSorted()).toEqual([
    'Finish',
    'Process-toy-1024',
    'Process-toy-256',
    'Split',
  ]);
});

test('the hosts that a kind may reach are told to its own functions', () => {
  const hostsOf = (path: string): unknown =>
    at('AWS::Lambda::Function', `${path}/Function/Resource`).properties.Environment;
  expect(JSON.stringify(hostsOf('Process-toy-256'))).toContain('hub.internal:8080');
  expect(JSON.stringify(hostsOf('Process-canvas-512'))).not.toContain('hub.internal:8080');
});

test('no role has a policy that AWS manages', () => {
  for (const { properties } of find('AWS::IAM::Role'))
    expect(properties).not.toHaveProperty('ManagedPolicyArns');
});

describe.each([
  { name: 'AwsSolutions', toPack: (checked: App) => new AwsSolutionsChecks(checked) },
  { name: 'Serverless', toPack: (checked: App) => new ServerlessChecks(checked) },
])('cdk-nag $name', ({ toPack }) => {
  const toApp = (): App => {
    const checked = temporaryApp();
    Validations.of(checked).addPlugins(toPack(checked));
    return checked;
  };

  test('no finding without a written reason', () => {
    const checked = toApp();
    toStack(checked);

    expect(() => checked.synth()).not.toThrow();
  });

  test('a queue without dead letters would be found', () => {
    const checked = toApp();
    new Queue(new Stack(checked, 'Other'), 'Plain');

    expect(() => checked.synth()).toThrow('Acknowledge with');
  });
});
