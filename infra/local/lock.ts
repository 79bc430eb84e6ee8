import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SmallbatchError } from '../../shared/errors.ts';

/**
 * Makes this process the only user of a state folder. A lock whose process is gone (kill -9, power cut) is taken over.
 * Returns the function that gives it back.
 * @throws SmallbatchError STATE_LOCKED
 */
export async function lockState(stateDir: string): Promise<() => Promise<void>> {
  await mkdir(stateDir, { recursive: true });
  const file = join(stateDir, 'lock');
  const owner = Number(await readFile(file, 'utf8').catch(() => ''));
  if (owner > 0 && owner !== process.pid && isAlive(owner)) {
    throw new SmallbatchError(
      'STATE_LOCKED',
      `expected to be the only user of ${stateDir}, found process ${owner}; end it or use another --state`,
    );
  }
  await writeFile(file, String(process.pid));
  return () => rm(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
