import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SmallbatchError } from './errors.ts';

/** What is to lie in a function's ephemeral storage. */
export interface ScratchRequest {
  /** For the error that tells about it. */
  readonly name: string;
  readonly bytes: number;
  /** If it is known: the file may be there from an earlier item. */
  readonly sha256?: string;
  read(): AsyncIterable<Uint8Array>;
}

export interface ScratchFolder {
  readonly path: string;
  /** The largest file that is taken, and what all files may hold while another one is written: half of the storage. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface ScratchFile {
  readonly path: string;
  readonly sha256: string;
}

/**
 * Bytes as a file that is named by their SHA-256, so that page clusters on the same warm function do not read them again.
 * Written beside and renamed, so that a killed or concurrent writer leaves no half file.
 * @throws SmallbatchError ITEM_TOO_LARGE, CHECKSUM_MISMATCH
 */
export async function scratchFile(request: ScratchRequest, folder: ScratchFolder): Promise<ScratchFile> {
  const { name, bytes, sha256 } = request;
  if (bytes > folder.maxBytes)
    throw new SmallbatchError(
      'ITEM_TOO_LARGE',
      `${name}: ${bytes} bytes, at most ${folder.maxBytes} are read`,
    );
  if (sha256 !== undefined) {
    const path = join(folder.path, sha256);
    if (await isThere(path, bytes)) return { path, sha256 };
  }
  await mkdir(folder.path, { recursive: true });
  await makeRoom(folder, bytes);
  return await write(request, folder);
}

async function write(request: ScratchRequest, folder: ScratchFolder): Promise<ScratchFile> {
  const partial = join(folder.path, `${randomUUID()}.partial`);
  const hash = createHash('sha256');
  try {
    const bytes = Readable.from(hashed(request.read(), hash), { objectMode: false });
    await pipeline(bytes, createWriteStream(partial), { signal: folder.signal });
    const sha256 = hash.digest('hex');
    if (request.sha256 !== undefined && request.sha256 !== sha256)
      throw new SmallbatchError(
        'CHECKSUM_MISMATCH',
        `${request.name}: expected the SHA-256 ${request.sha256}, found ${sha256}`,
      );
    const path = join(folder.path, sha256);
    await rename(partial, path);
    return { path, sha256 };
  } finally {
    await rm(partial, { force: true });
  }
}

async function* hashed(
  bytes: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

async function isThere(path: string, bytes: number): Promise<boolean> {
  const found = await statIfThere(path);
  if (found?.size !== bytes) return false;
  // the oldest use goes first when room is made
  await utimes(path, new Date(), new Date());
  return true;
}

async function makeRoom({ path: folder, maxBytes }: ScratchFolder, needed: number): Promise<void> {
  const files: { path: string; size: number; used: number }[] = [];
  for (const name of await readdir(folder)) {
    const found = await statIfThere(join(folder, name));
    if (found !== undefined) files.push({ path: join(folder, name), size: found.size, used: found.mtimeMs });
  }
  let total = files.reduce((sum, file) => sum + file.size, 0);
  for (const file of files.toSorted((a, b) => a.used - b.used)) {
    if (total + needed <= maxBytes) return;
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
