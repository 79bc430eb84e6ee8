import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

type Value = string | number | boolean | ReadonlySet<number> | undefined;
type Row = Record<string, Value>;

/** The part of UpdateCommand's input that the shared modules use. */
export interface UpdateInput {
  readonly Key?: Record<string, unknown>;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

/**
 * The ledger's rows in memory, each call atomic: DynamoDB's UpdateItem and GetItem as far as ledger and group use them.
 * An expression that it does not know throws.
 */
export class MemoryTable {
  readonly rows = new Map<string, Row>();
  writes = 0;

  get(pk: string): { Item: Row | undefined } {
    return { Item: this.rows.get(pk) };
  }

  update(input: UpdateInput): { Attributes: Row } {
    this.writes++;
    const pk = String(input.Key?.pk);
    const row = this.rows.get(pk) ?? { pk };
    const values = (input.ExpressionAttributeValues ?? {}) as Record<string, Value>;
    if (input.ConditionExpression !== undefined && !holds(input.ConditionExpression, row, values))
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    const next = toUpdated(row, input.UpdateExpression ?? '', values);
    this.rows.set(pk, next);
    return { Attributes: next };
  }
}

/** Clauses joined by OR. */
function holds(condition: string, row: Row, values: Record<string, Value>): boolean {
  return condition.split(' OR ').some((clause) => holdsOne(clause.trim(), row, values));
}

function holdsOne(clause: string, row: Row, values: Record<string, Value>): boolean {
  const [, absent] = /^attribute_not_exists\(#(\w+)\)$/.exec(clause) ?? [];
  if (absent !== undefined) return row[absent] === undefined;
  const [, set = '', value = ''] = /^NOT contains\(#(\w+), (:\w+)\)$/.exec(clause) ?? [];
  const stored = row[set];
  if (stored instanceof Set) return !stored.has(values[value]);
  throw new Error(`the memory table does not know the condition ${clause}`);
}

function toUpdated(row: Row, update: string, values: Record<string, Value>): Row {
  const next = { ...row };
  for (const [, verb, clauses = ''] of update.matchAll(/\b(SET|ADD) (.*?)(?= (?:SET|ADD) |$)/g)) {
    for (const clause of clauses.split(/, (?=#)(?![^(]*\))/)) {
      if (verb === 'ADD') add(next, clause, values);
      else set(next, clause, values);
    }
  }
  return next;
}

function add(row: Row, clause: string, values: Record<string, Value>): void {
  const [, name = '', value = ''] = /^#(\w+) (:\w+)$/.exec(clause) ?? [];
  const [old, more] = [row[name], values[value]];
  if (more instanceof Set) row[name] = new Set([...(old instanceof Set ? old : []), ...more]);
  else if (typeof more === 'number') row[name] = (typeof old === 'number' ? old : 0) + more;
  else throw new Error(`the memory table does not know ADD ${clause}`);
}

function set(row: Row, clause: string, values: Record<string, Value>): void {
  const [, name = '', kept, value = ''] =
    /^#(\w+) = (?:if_not_exists\(#(\w+), )?(:\w+)\)?$/.exec(clause) ?? [];
  if (!(value in values)) throw new Error(`the memory table does not know SET ${clause}`);
  row[name] = (kept === undefined ? undefined : row[kept]) ?? values[value];
}
