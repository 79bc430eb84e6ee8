import { execFile } from 'node:child_process';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FILLER = 'filler';
const MB = 1024 * 1024;

/** A folder on a small disk of its own (a tmpfs), which can be filled to the last byte; needs root. */
export interface SmallDisk {
  fill(): Promise<void>;
  empty(): Promise<void>;
  unmount(): Promise<void>;
}

/** Undefined where file systems may not be mounted. */
export async function mountSmallDisk(folder: string, sizeMb: number): Promise<SmallDisk | undefined> {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', folder]);
  } catch {
    return undefined;
  }
  const filler = join(folder, FILLER);
  return {
    async fill() {
      const { bavail, bsize } = await statfs(folder);
      const bytes = Math.max(0, bavail * bsize);
      const chunk = Buffer.alloc(MB);
      const chunks = Array.from({ length: Math.ceil(bytes / MB) }, () => chunk);
      // Ends with the very error that it is there for.
      await writeFile(filler, chunks, { flag: 'a' }).catch(() => undefined);
    },
    empty: async () => await rm(filler, { force: true }),
    unmount: async () => void (await run('umount', ['-l', folder])),
  };
}
