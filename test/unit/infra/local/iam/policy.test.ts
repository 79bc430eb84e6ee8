import { describe, expect, it } from 'vitest';
import { judge, parsePolicy } from '../../../../../infra/local/iam/policy.ts';

const allow = (Action: string | string[], Resource: string | string[]) => ({
  Effect: 'Allow',
  Action,
  Resource,
});
const deny = (Action: string, Resource: string) => ({ ...allow(Action, Resource), Effect: 'Deny' });
const policyOf = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

const QUEUE = 'arn:aws:sqs:eu-central-1:000000000000:intake';
const OBJECT = 'arn:aws:s3:::results/runs/a/b.json';

describe('a policy says of a call', () => {
  it.each([
    ['nothing', [], 'sqs:SendMessage', QUEUE, 'unmatched'],
    ['yes, by its names', [allow('sqs:SendMessage', QUEUE)], 'sqs:SendMessage', QUEUE, 'allowed'],
    ['yes, in other case', [allow('SQS:sendmessage', QUEUE)], 'sqs:SendMessage', QUEUE, 'allowed'],
    ['nothing of another action', [allow('sqs:SendMessage', QUEUE)], 'sqs:DeleteMessage', QUEUE, 'unmatched'],
    ['nothing of a longer action', [allow('s3:GetObject', '*')], 's3:GetObjectVersion', OBJECT, 'unmatched'],
    ['nothing of a resource in other case', [allow('*', QUEUE.toUpperCase())], 'sqs:X', QUEUE, 'unmatched'],
    ['yes, by one action of several', [allow(['a:B', 's3:Get*'], '*')], 's3:GetObject', OBJECT, 'allowed'],
    ['yes, by one resource of several', [allow('s3:*', [QUEUE, OBJECT])], 's3:GetObject', OBJECT, 'allowed'],
    [
      'yes, over slashes',
      [allow('s3:GetObject', 'arn:aws:s3:::results/*')],
      's3:GetObject',
      OBJECT,
      'allowed',
    ],
    ['yes, over colons', [allow('sqs:*', 'arn:*')], 'sqs:SendMessage', QUEUE, 'allowed'],
    [
      'yes, with a star for nothing',
      [allow('s3:GetObject*', `${OBJECT}*`)],
      's3:GetObject',
      OBJECT,
      'allowed',
    ],
    ['yes, for one character', [allow('sqs:*', QUEUE.replace('ke', '??'))], 'sqs:X', QUEUE, 'allowed'],
    ['nothing when a character is missing', [allow('sqs:*', `${QUEUE}?`)], 'sqs:X', QUEUE, 'unmatched'],
    [
      'nothing of the bucket by its objects',
      [allow('s3:*', 'arn:aws:s3:::b/*')],
      's3:X',
      'arn:aws:s3:::b',
      'unmatched',
    ],
    [
      'nothing of a prefix without its slash',
      [allow('s3:*', 'arn:aws:s3:::b/runs/*')],
      's3:X',
      'arn:aws:s3:::b/runs',
      'unmatched',
    ],
    [
      'nothing where a dot stands for itself',
      [allow('s3:*', 'arn:aws:s3:::a.b')],
      's3:X',
      'arn:aws:s3:::aXb',
      'unmatched',
    ],
    [
      'yes, over line breaks in a key',
      [allow('s3:*', 'arn:aws:s3:::b/*')],
      's3:X',
      'arn:aws:s3:::b/a\nb',
      'allowed',
    ],
    [
      'no, whatever else allows it',
      [deny('sqs:*', QUEUE), allow('*', '*')],
      'sqs:SendMessage',
      QUEUE,
      'denied',
    ],
    ['no, in any order', [allow('*', '*'), deny('sqs:Send*', '*')], 'sqs:SendMessage', QUEUE, 'denied'],
    [
      'yes, past a denial of others',
      [deny('s3:*', '*'), allow('sqs:*', '*')],
      'sqs:SendMessage',
      QUEUE,
      'allowed',
    ],
  ])('%s', (_title, statements, action, resource, verdict) => {
    expect(judge(parsePolicy(policyOf(...statements), 'Test'), { action, resource })).toBe(verdict);
  });
});

describe('a statement for some records of a table', () => {
  const resource = 'arn:aws:dynamodb:eu-central-1:000000000000:table/ledger';
  const action = 'dynamodb:UpdateItem';
  const Condition = {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['run#pdf-*', 'group#pdf-*'] },
  };
  const statements = parsePolicy(policyOf({ ...allow(action, resource), Condition }), 'Test');

  it.each([
    [['run#pdf-1'], 'allowed'],
    [['run#pdf-1', 'group#pdf-1.1/0'], 'allowed'],
    [['run#pdfs'], 'unmatched'],
    [['run#pdf-1', 'run#canvas-1'], 'unmatched'],
    [['source#pdf#run#pdf-1'], 'unmatched'],
    [[], 'unmatched'],
    [undefined, 'unmatched'],
  ])('says of the keys %j: %s', (leadingKeys, verdict) => {
    expect(judge(statements, { action, resource, leadingKeys })).toBe(verdict);
  });
});

describe('a policy that could not be judged rightly is an error that names it', () => {
  const good = allow('s3:GetObject', OBJECT);
  it.each([
    [
      'with a condition',
      policyOf({ ...good, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
      'Condition',
    ],
    [
      'that names what it is not about',
      policyOf({ Effect: 'Allow', Action: 's3:*', NotResource: OBJECT }),
      'NotResource',
    ],
    ['of all actions but some', policyOf({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }), 'NotAction'],
    ['of a resource', policyOf({ ...good, Principal: '*' }), 'Principal'],
    ['with a variable', policyOf(allow('s3:*', `arn:aws:s3:::b/$\{aws:username}/*`)), 'policy variables'],
    ['with another effect', policyOf({ ...good, Effect: 'Maybe' }), 'Effect'],
    ['of an older version', { ...policyOf(good), Version: '2008-10-17' }, 'Version'],
    ['without statements', { Version: '2012-10-17' }, 'Statement'],
  ])('%s', (_title, document, found) => {
    const parse = () => parsePolicy(document, 'SplitRolePolicy');

    expect(parse).toThrow('SplitRolePolicy: the local stack does not know');
    expect(parse).toThrow(found);
  });

  it('but one statement may stand without a list', () => {
    const statements = parsePolicy({ Version: '2012-10-17', Statement: good }, 'Test');

    expect(judge(statements, { action: 's3:GetObject', resource: OBJECT })).toBe('allowed');
  });
});
