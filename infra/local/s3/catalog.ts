import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { SmallbatchError } from '../../../shared/errors.ts';
import { SCHEMA } from './schema.ts';

/** A process that was just killed gives its lock back within milliseconds; after this it is another one at work. */
const LOCK_WAIT_MS = 2000;

export type Row = Record<string, SQLOutputValue>;

/** The index of the store in SQLite. Every call is synchronous, so that what one call of a transaction sees stays true. */
export interface Catalog {
  run(sql: string, ...values: SQLInputValue[]): void;
  get(sql: string, ...values: SQLInputValue[]): Row | undefined;
  /** Take what you need before the next call with the same statement. */
  iterate(sql: string, ...values: SQLInputValue[]): IterableIterator<Row>;
  /** All or nothing; `work` must not await. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens the index in `folder` and takes its lock. Written to a log first (WAL), so it survives a kill at any moment.
 * @throws SmallbatchError STATE_LOCKED
 */
export function openCatalog(folder: string): Catalog {
  const database = new DatabaseSync(join(folder, 'index.sqlite'), { timeout: LOCK_WAIT_MS });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    database.exec(`BEGIN EXCLUSIVE; ${SCHEMA} COMMIT;`);
  } catch (error) {
    database.close();
    if (!isLocked(error)) throw error;
    throw new SmallbatchError('STATE_LOCKED', `The S3 folder ${folder} is in use by another process.`, {
      cause: error,
    });
  }
  return toCatalog(database);
}

function toCatalog(database: DatabaseSync): Catalog {
  // One entry per statement text in this folder's code, so it is bounded.
  const statements = new Map<string, StatementSync>();
  function prepare(sql: string): StatementSync {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  }

  return {
    run(sql, ...values) {
      prepare(sql).run(...values);
    },
    get: (sql, ...values) => prepare(sql).get(...values),
    iterate: (sql, ...values) => prepare(sql).iterate(...values),
    transaction(work) {
      prepare('BEGIN IMMEDIATE').run();
      try {
        const result = work();
        prepare('COMMIT').run();
        return result;
      } catch (error) {
        if (database.isTransaction) prepare('ROLLBACK').run();
        throw error;
      }
    },
    close() {
      database.close();
    },
  };
}

/** SQLITE_BUSY is 5: https://www.sqlite.org/rescode.html#busy */
function isLocked(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5;
}
