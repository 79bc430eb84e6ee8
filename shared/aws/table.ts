import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { withoutSecretsIn } from '../safe-text/hide.ts';
import type { Clause } from './condition.ts';
import { readEnv } from './env.ts';

/**
 * The one DynamoDB table. Every record has its own partition key, so no write waits for another:
 *
 *     run#<run>                    a run: its source, options, state, totals
 *     group#<group>                a group: plan attempts, total, sealed, sent, completed
 *     block#<group>#<level>#<n>    128 completion indexes and their counters
 *     attempt#<group>#<index>      deliveries of a cluster that failed or came again
 *     source#<kind>#<name>         whose name it is, what readers see of it, whose turn it is to publish
 *     lease#<name>                 who does what only one may do at once
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

type Attributes = Readonly<Record<string, unknown>>;

/** What one write does to a record; an attribute whose value is undefined is left as it is. */
export interface Update {
  readonly set?: Attributes;
  /** Set where the record does not have them yet. */
  readonly setOnce?: Attributes;
  /** Added to numbers and to sets. */
  readonly add?: Attributes;
  readonly remove?: readonly string[];
  /** The write is only done where it holds. */
  readonly condition?: Clause;
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
export async function updateRow(pk: string, update: Update): Promise<Row | undefined> {
  try {
    const { Attributes } = await client().send(new UpdateCommand(toInput(pk, update)));
    return Attributes ?? {};
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

function toInput(pk: string, { condition, ...update }: Update): UpdateCommandInput {
  const values: Record<string, unknown> = {};
  const bind = (value: unknown): string => {
    const name = `:v${Object.keys(values).length}`;
    values[name] = value;
    return name;
  };
  const UpdateExpression = toExpression(update, bind);
  const ConditionExpression = condition?.(bind);
  return {
    TableName: tableName(),
    Key: { [TABLE_KEY]: pk },
    UpdateExpression,
    ConditionExpression,
    ExpressionAttributeNames: toNames(`${UpdateExpression} ${ConditionExpression ?? ''}`),
    // DynamoDB refuses an empty map.
    ExpressionAttributeValues: Object.keys(values).length > 0 ? withoutSecretsIn(values) : undefined,
    ReturnValues: 'ALL_NEW',
  };
}

function toExpression(update: Omit<Update, 'condition'>, bind: (value: unknown) => string): string {
  const { setOnce, add, remove = [], isKept = false } = update;
  const expiry = { expiresAt: Math.floor(Date.now() / 1000) + RETENTION_DAYS * 86_400 };
  const set = isKept ? update.set : { ...update.set, ...expiry };
  const sets = [
    ...toClauses(set, (name, value) => `#${name} = ${bind(value)}`),
    ...toClauses(setOnce, (name, value) => `#${name} = if_not_exists(#${name}, ${bind(value)})`),
  ];
  const adds = toClauses(add, (name, value) => `#${name} ${bind(value)}`);
  const removes = remove.map((name) => `#${name}`);
  const parts = { SET: sets, ADD: adds, REMOVE: removes };
  return Object.entries(parts)
    .filter(([, clauses]) => clauses.length > 0)
    .map(([verb, clauses]) => `${verb} ${clauses.join(', ')}`)
    .join(' ');
}

const toClauses = (
  attributes: Attributes = {},
  toClause: (name: string, value: unknown) => string,
): string[] =>
  Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => toClause(name, value));

/** `#a … #b` → `{ '#a': 'a', '#b': 'b' }` */
function toNames(expressions: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(expressions.matchAll(/#(\w+)/g), ([name, attribute = '']) => [name, attribute]),
  );
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

/**
 * Every record whose key begins so, in no order; read page by page. The whole table is read for it, so it is for people who ask and
 * not for the functions.
 */
export async function* rowsBelow(prefix: string): AsyncIterable<Row> {
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client().send(
      new ScanCommand({
        TableName: tableName(),
        ConsistentRead: true,
        FilterExpression: 'begins_with(#pk, :prefix)',
        ExpressionAttributeNames: { '#pk': TABLE_KEY },
        ExpressionAttributeValues: { ':prefix': prefix },
        ExclusiveStartKey,
      }),
    );
    yield* page.Items ?? [];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}
