import { describe, expect, test } from 'vitest';
import { tiersOf } from '../../../infra/config.ts';
import { RECEIVES } from '../../../shared/aws/retries.ts';
import { allKinds } from '../../../shared/kinds/index.ts';
import { HEAP_ENVIRONMENT } from '../../../shared/process/memory/heap-flags.ts';
import { at, config, find } from '../../support/stack/synthesised.ts';

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const queueAt = (id: string) => at('AWS::SQS::Queue', `${id}/Queue/Resource`);
const deadLettersAt = (id: string) => at('AWS::SQS::Queue', `${id}/DeadLetters/Resource`);
const mappingOf = (queue: string) =>
  find('AWS::Lambda::EventSourceMapping').find(
    ({ properties }) => JSON.stringify(properties.EventSourceArn) === JSON.stringify(arnOf(queue)),
  )?.properties;

const tiers = allKinds().flatMap((kind) => tiersOf(kind, config).map((memoryMb) => ({ kind, memoryMb })));
const steps = [
  ...tiers.map(({ kind, memoryMb }) => ({
    name: `${kind.name}-${memoryMb}`,
    queue: `ClusterQueue-${kind.name}-${memoryMb}`,
    function: `Process-${kind.name}-${memoryMb}`,
    handler: 'process.handler',
    memoryMb,
    timeoutSeconds: kind.limits.timeoutSeconds,
    concurrency: config.concurrency[kind.name] ?? Math.min(kind.limits.concurrency, 6),
  })),
  {
    name: 'split',
    queue: 'IntakeQueue',
    function: 'Split',
    handler: 'split.handler',
    memoryMb: 512,
    timeoutSeconds: 900,
    concurrency: 2,
  },
  {
    name: 'finish',
    queue: 'FinishQueue',
    function: 'Finish',
    handler: 'finish.handler',
    memoryMb: 512,
    timeoutSeconds: 900,
    concurrency: 2,
  },
];

describe.each(steps)('$name', (step) => {
  const queue = queueAt(step.queue);
  const lambda = at('AWS::Lambda::Function', `${step.function}/Function/Resource`);

  test('a function of its own size on arm64, Node 24', () => {
    expect(lambda.properties).toMatchObject({
      Handler: step.handler,
      MemorySize: step.memoryMb,
      Timeout: step.timeoutSeconds,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      RecursiveLoop: 'Allow',
      Environment: { Variables: HEAP_ENVIRONMENT },
    });
  });

  test('an encrypted queue whose messages stay hidden six times the time limit, with dead letters', () => {
    expect(queue.properties).toMatchObject({
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 6 * step.timeoutSeconds,
      RedrivePolicy: { deadLetterTargetArn: arnOf(deadLettersAt(step.queue).id), maxReceiveCount: RECEIVES },
    });
  });

  test('one message at a time, at most so many at once, each answered for alone', () => {
    expect(mappingOf(queue.id)).toMatchObject({
      BatchSize: 1,
      FunctionName: { Ref: lambda.id },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: step.concurrency },
    });
  });

  test('abandon consumes its dead letters, which are kept for the longest time', () => {
    const deadLetters = deadLettersAt(step.queue);
    expect(deadLetters.properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86_400,
    });
    expect(mappingOf(deadLetters.id)).toMatchObject({
      FunctionName: { Ref: at('AWS::Lambda::Function', 'Abandon/Function/Resource').id },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('an alarm on letters that stay', () => {
    const alarm = at('AWS::CloudWatch::Alarm', `${step.queue}DeadLettersStuck/Resource`);
    expect(JSON.stringify(alarm.properties.Dimensions)).toContain(deadLettersAt(step.queue).id);
  });
});

test('there are no functions and queues but these, abandon and sweep', () => {
  const functions = find('AWS::Lambda::Function').map(({ path }) => path.split('/')[0]);
  expect(functions.sort()).toEqual([...steps.map((step) => step.function), 'Abandon', 'Sweep'].sort());
  expect(find('AWS::SQS::Queue').length).toBe(2 * steps.length);
});

test('one log group a function, with the retention of the config, and logs go there', () => {
  for (const { path, properties } of find('AWS::Lambda::Function')) {
    const logs = at('AWS::Logs::LogGroup', `${path.split('/')[0]}/Logs/Resource`);
    expect(logs.properties).toMatchObject({ RetentionInDays: 14 });
    expect(properties.LoggingConfig).toEqual({ LogFormat: 'JSON', LogGroup: { Ref: logs.id } });
  }
});
