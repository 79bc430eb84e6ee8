import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import type { Call } from '../gateway.ts';
import { functionOf } from '../services/invoke-api.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../template.ts';
import type { Access, Permissions } from './permissions.ts';
import { toS3Permissions } from './s3-access.ts';

/** Only these calls say what they are about in their bodies; all other S3 bodies are streamed past the check. */
export const hasTellingBody = ({ service, operation }: Call): boolean =>
  service !== 's3' || operation === 'DeleteObjects';

/** The IAM actions and resources of one call. What can't be told has the resource `*`, which only `*` allows. */
export async function toPermissions(
  call: Call,
  request: IncomingMessage,
  body: string,
): Promise<Permissions> {
  const { service, operation } = call;
  switch (service) {
    case 's3':
      return await toS3Permissions(operation, request, body);
    case 'sqs':
      return { needs: toSqsAccess(operation, body) };
    case 'dynamodb':
      return { needs: toDynamoDbAccess(operation, body) };
    case 'events':
      return { needs: toEventsAccess(operation, body) };
    case 'secretsmanager':
      return { needs: toSecretsAccess(operation, body) };
    case 'lambda':
      return { needs: [toLambdaAccess(operation, request.url ?? '')] };
    default:
      return { needs: [{ action: `${service}:${operation}`, resource: '*' }] };
  }
}

const toArn = (service: string, resource: string): string =>
  `arn:aws:${service}:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${resource}`;

const sqsInput = z.object({ QueueUrl: z.string().optional(), QueueName: z.string().optional() });

/** A batch needs the same permission as its single call. */
function toSqsAccess(operation: string, body: string): Access[] {
  const input = parseBody(sqsInput, body);
  const name = input?.QueueUrl?.split('/').at(-1) ?? input?.QueueName;
  return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource: name ? toArn('sqs', name) : '*' }];
}

const dynamoDbInput = z.object({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  Key: z.record(z.string(), z.object({ S: z.string() })).optional(),
  /** Of the two batch calls, by table. */
  RequestItems: z.record(z.string(), z.unknown()).default({}),
});

/** A query of an index needs the index, not the table. */
function toDynamoDbAccess(operation: string, body: string): Access[] {
  const { TableName, IndexName, Key, RequestItems = {} } = parseBody(dynamoDbInput, body) ?? {};
  const tables = TableName === undefined ? Object.keys(RequestItems) : [TableName];
  const index = IndexName === undefined ? '' : `/index/${IndexName}`;
  const resources = tables.map((table) => toArn('dynamodb', `table/${table}${index}`));
  // The ledger's records have a partition key alone.
  const leadingKeys = Key && Object.values(Key).map(({ S }) => S);
  return toAccesses(`dynamodb:${operation}`, resources).map((access) => ({ ...access, leadingKeys }));
}

const eventsInput = z.object({ Entries: z.array(z.object({ EventBusName: z.string().default('default') })) });

function toEventsAccess(operation: string, body: string): Access[] {
  const { Entries = [] } = parseBody(eventsInput, body) ?? {};
  const buses = new Set(Entries.map(({ EventBusName }) => EventBusName));
  const resources = [...buses].map((bus) =>
    bus.startsWith('arn:') ? bus : toArn('events', `event-bus/${bus}`),
  );
  return toAccesses(`events:${operation}`, resources);
}

const secretsInput = z.object({ SecretId: z.string() });

function toSecretsAccess(operation: string, body: string): Access[] {
  const { SecretId = '*' } = parseBody(secretsInput, body) ?? {};
  return [{ action: `secretsmanager:${operation}`, resource: SecretId }];
}

/** A call of a function by its name or ARN; nothing else of Lambda is served. */
function toLambdaAccess(operation: string, url: string): Access {
  const name = functionOf(url);
  if (operation !== 'Invoke' || name === undefined) return { action: `lambda:${operation}`, resource: '*' };
  const resource = name.startsWith('arn:') ? name : toArn('lambda', `function:${name}`);
  return { action: 'lambda:InvokeFunction', resource };
}

function toAccesses(action: string, resources: readonly string[]): Access[] {
  return (resources.length > 0 ? resources : ['*']).map((resource) => ({ action, resource }));
}

function parseBody<T>(schema: z.ZodType<T>, body: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(body)).data;
  } catch (error) {
    // The service itself says what is wrong with it, if the caller may call it at all.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
