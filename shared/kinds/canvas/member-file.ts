import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SmallbatchError } from '../../errors.ts';
import type { ProcessContext } from '../../kind.ts';
import type { ZipMember } from '../../zip/archive.ts';
import { readMember } from '../../zip/member.ts';

/** Half of the function's ephemeral storage (512 MB): the other half takes the file that is being written. */
const CACHE_BYTES = 224 * 1024 * 1024;
/** The largest file that is processed; see above. */
const MAX_FILE_BYTES = 224 * 1024 * 1024;

/**
 * The member as a file in the scratch folder. Kept there by its CRC-32 and size, so that page clusters on the same warm function do
 * not read it again. Written beside and renamed, so that a killed or concurrent writer leaves no half file.
 */
export async function memberFile(member: ZipMember, context: ProcessContext<unknown>): Promise<string> {
  if (member.bytes > MAX_FILE_BYTES)
    throw new SmallbatchError(
      'ITEM_TOO_LARGE',
      `${member.name}: ${member.bytes} bytes, at most ${MAX_FILE_BYTES} are read`,
    );
  const folder = join(context.scratch, 'canvas');
  const path = join(folder, `${member.crc32.toString(16).padStart(8, '0')}-${member.bytes}`);
  if (await isCached(path, member.bytes)) return path;
  await mkdir(folder, { recursive: true });
  await makeRoom(folder, member.bytes);
  const partial = join(folder, `${randomUUID()}.partial`);
  try {
    const bytes = Readable.from(readMember(context.source, member), { objectMode: false });
    await pipeline(bytes, createWriteStream(partial), { signal: context.signal });
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
  return path;
}

async function isCached(path: string, bytes: number): Promise<boolean> {
  const found = await statIfThere(path);
  if (found?.size !== bytes) return false;
  // the oldest use goes first when room is made
  await utimes(path, new Date(), new Date());
  return true;
}

async function makeRoom(folder: string, needed: number): Promise<void> {
  const files: { path: string; size: number; used: number }[] = [];
  for (const name of await readdir(folder)) {
    const found = await statIfThere(join(folder, name));
    if (found !== undefined) files.push({ path: join(folder, name), size: found.size, used: found.mtimeMs });
  }
  let total = files.reduce((sum, file) => sum + file.size, 0);
  for (const file of files.toSorted((a, b) => a.used - b.used)) {
    if (total + needed <= CACHE_BYTES) return;
    await rm(file.path, { force: true });
    total -= file.size;
  }
}

async function statIfThere(path: string): Promise<{ size: number; mtimeMs: number } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
