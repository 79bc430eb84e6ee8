import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { readEnv } from './env.ts';

/**
 * The one DynamoDB table. Every record has its own partition key, so no write waits for another:
 *
 *     run#<run>                    a run: its source, options, state, totals
 *     group#<group>                a group: plan attempts, total, sealed, sent, completed
 *     block#<group>#<level>#<n>    128 completion indexes and their counters
 *     source#<kind>#<name>         what readers see of a source, and the lock of whoever publishes
 *
 * The sparse index `open` holds the runs that have not ended, by deadline.
 */
export const TABLE_KEY = 'pk';
export const OPEN_INDEX = 'open';

/** Records of runs are removed this long after their last change (the table's TTL attribute is `expiresAt`). */
const RETENTION_DAYS = 90;

/** What is needed of the SDK's client. */
export type TableClient = Pick<DynamoDBDocumentClient, 'send'>;

let shared: TableClient | undefined;
const client = (): TableClient => {
  shared ??= DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 8 }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return shared;
};

/** Passes in another client than the SDK's own, in the place of the one that is made on first use. */
export function useTableClient(other: TableClient): void {
  shared = other;
}

const tableName = (): string => readEnv(['table']).table;

export type Row = Readonly<Record<string, unknown>>;

export interface Update {
  /** Attributes are written `#name` always (a hundred names are reserved words); each `:value` must be given below. */
  readonly update: string;
  readonly condition?: string;
  readonly values?: Readonly<Record<string, unknown>>;
  /** The record stays for good: it says what readers see, however old that is. */
  readonly isKept?: boolean;
}

/** Reads one record strongly; undefined when there is none. */
export async function getRow(pk: string): Promise<Row | undefined> {
  const { Item } = await client().send(
    new GetCommand({ TableName: tableName(), Key: { [TABLE_KEY]: pk }, ConsistentRead: true }),
  );
  return Item;
}

/** One conditional write. Returns the record as it is after it, or undefined when the condition did not hold. */
export async function updateRow(
  pk: string,
  { update, condition, values, isKept = false }: Update,
): Promise<Row | undefined> {
  const expression = isKept ? update : withExpiry(update);
  const expiry = isKept ? {} : { ':expiresAt': Math.floor(Date.now() / 1000) + RETENTION_DAYS * 86_400 };
  const allValues = { ...values, ...expiry };
  const input: UpdateCommandInput = {
    TableName: tableName(),
    Key: { [TABLE_KEY]: pk },
    UpdateExpression: expression,
    ConditionExpression: condition,
    ExpressionAttributeNames: toNames(`${expression} ${condition ?? ''}`),
    // DynamoDB refuses an empty map.
    ExpressionAttributeValues: Object.keys(allValues).length > 0 ? allValues : undefined,
    ReturnValues: 'ALL_NEW',
  };
  try {
    const { Attributes } = await client().send(new UpdateCommand(input));
    return Attributes ?? {};
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** `#a … #b` → `{ '#a': 'a', '#b': 'b' }` */
function toNames(expressions: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(expressions.matchAll(/#(\w+)/g), ([name, attribute = '']) => [name, attribute]),
  );
}

function withExpiry(update: string): string {
  const expiry = '#expiresAt = :expiresAt';
  return /\bSET\b/.test(update) ? update.replace(/\bSET\b/, `SET ${expiry},`) : `SET ${expiry} ${update}`;
}

/** The runs that have not ended, earliest deadline first; read page by page. */
export async function* openRunRows(): AsyncIterable<Row> {
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client().send(
      new QueryCommand({
        TableName: tableName(),
        IndexName: OPEN_INDEX,
        KeyConditionExpression: '#open = :run',
        ExpressionAttributeNames: { '#open': 'open' },
        ExpressionAttributeValues: { ':run': 'run' },
        ExclusiveStartKey,
      }),
    );
    yield* page.Items ?? [];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}
