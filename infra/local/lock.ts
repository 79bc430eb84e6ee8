import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SmallbatchError } from '../../shared/errors.ts';

/**
 * Makes this process the only user of a state folder. The lock is the kernel's, by way of SQLite, so that it ends with the
 * process however that ends; a file with a process id would outlive it (and a killed process may linger unreaped).
 * Returns the function that gives it back.
 * @throws SmallbatchError STATE_LOCKED
 */
export async function lockState(stateDir: string): Promise<() => void> {
  await mkdir(stateDir, { recursive: true });
  const database = new DatabaseSync(join(stateDir, 'lock.db'));
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    const message = `expected to be the only user of ${stateDir}, found another process at work; end it or use another --state`;
    throw new SmallbatchError('STATE_LOCKED', message, { cause });
  }
  return () => database.close();
}
