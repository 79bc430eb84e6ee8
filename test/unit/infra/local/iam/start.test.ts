import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIam, type Iam } from '../../../../../infra/local/iam/iam.ts';
import { allow, type IamParts, readIamTemplate } from '../../../../support/stack/iam-template.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smallbatch-iam-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

const readIam = async (parts: IamParts): Promise<Iam> =>
  createIam(await readIamTemplate(folder, parts), () => undefined);

const QUEUE = 'arn:aws:sqs:eu-central-1:000000000000:jobs';

describe('a template is refused at the start', () => {
  const mapping = {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: QUEUE, FunctionName: { Ref: 'Worker' } },
  };
  const Target = { Arn: QUEUE, RoleArn: { 'Fn::GetAtt': ['WorkerRole', 'Arn'] } };
  const schedule = { Type: 'AWS::Scheduler::Schedule', Properties: { Target } };
  it.each<[string, IamParts, string]>([
    [
      'a condition',
      { statements: [{ ...allow('s3:*', '*'), Condition: {} }] },
      'WorkerPolicy: the local stack does not know',
    ],
    [
      'a managed policy by ARN',
      { role: { ManagedPolicyArns: ['arn:aws:iam::aws:policy/X'] } },
      'ManagedPolicyArns',
    ],
    ['a boundary', { role: { PermissionsBoundary: 'arn:aws:iam::aws:policy/X' } }, 'PermissionsBoundary'],
    [
      'a role from elsewhere',
      { function: { Role: 'arn:aws:iam::1:role/x' } },
      'Worker: expected a role of the template',
    ],
    [
      'a mapping that may not receive',
      { statements: [allow('sqs:DeleteMessage', '*')], more: { Mapping: mapping } },
      'Mapping: expected a role that allows sqs:ReceiveMessage',
    ],
    [
      'a mapping that may not delete',
      { statements: [allow('sqs:ReceiveMessage', '*')], more: { Mapping: mapping } },
      'Mapping: expected a role that allows sqs:DeleteMessage',
    ],
    [
      'a schedule that may not send',
      { more: { Weekly: schedule } },
      'Weekly: expected a role that allows sqs:SendMessage',
    ],
  ])('with %s', async (_title, parts, message) => {
    await expect(readIam(parts)).rejects.toThrow(message);
  });

  it('but not with a policy in the role, or a managed one of its own', async () => {
    const document = (...actions: string[]) => ({
      Version: '2012-10-17',
      Statement: allow(actions, QUEUE),
    });
    const role = { Policies: [{ PolicyName: 'x', PolicyDocument: document('sqs:ReceiveMessage') }] };
    const managed = {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        PolicyDocument: document('sqs:DeleteMessage', 'sqs:GetQueue*'),
        Roles: [{ Ref: 'WorkerRole' }],
      },
    };

    const iam = await readIam({ role, more: { Mapping: mapping, Managed: managed } });

    expect(iam.refusals.size).toBe(0);
  });
});
