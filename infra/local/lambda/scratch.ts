import { randomBytes } from 'node:crypto';
import { mkdir, opendir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isAlive } from './process-tree.ts';

/** Counting more files than this costs more than the answer is worth. */
const MAX_FILES_COUNTED = 10_000;

/** Makes the folder below which instances get their /tmp, and removes those of services that were killed. */
export async function makeScratchRoot(stateDir: string): Promise<string> {
  const root = path.join(path.resolve(stateDir), `lambda-${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(root, { recursive: true });
  const names = (await readdir(stateDir)).filter((name) => /^lambda-\d+-[0-9a-f]{8}$/.test(name));
  const stale = names.filter((name) => !isAlive(Number(name.split('-')[1])));
  await Promise.all(stale.map((name) => removeScratch(path.join(stateDir, name))));
  return root;
}

export async function removeScratch(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** MB of the files in an instance's scratch folder; files that vanish while it counts are left out. */
export async function measureScratchMb(folder: string): Promise<number> {
  let bytes = 0;
  let files = 0;
  for await (const entry of await opendir(folder, { recursive: true })) {
    if (!entry.isFile()) continue;
    bytes += await fileBytes(path.join(entry.parentPath, entry.name));
    files += 1;
    if (files >= MAX_FILES_COUNTED) break;
  }
  return bytes / 1024 / 1024;
}

async function fileBytes(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}
