import { createHash } from 'node:crypto';
import { SmallbatchError } from '../../errors.ts';
import { mismatch } from './download.ts';
import type { FilesData } from './schema.ts';

/** 10,000 parts of 5 MiB are the largest object that is written as a stream. */
const FILE_BYTES_MAX = 48 * 1024 ** 3;

/** What a file turned out to be. */
export interface Seen {
  sha256: string;
  size: number;
}

/**
 * A file's bytes, checked against what is promised while they go by: the last check throws before the end, so that what is wrong
 * never becomes an object. `seen` is filled at the end.
 * @throws SmallbatchError CHECKSUM_MISMATCH, ITEM_TOO_LARGE
 */
export async function* verified(
  bytes: AsyncIterable<Uint8Array>,
  { name, sha256, size }: Pick<FilesData, 'name' | 'sha256' | 'size'>,
  seen: Seen,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) {
    seen.size += chunk.length;
    if (size !== undefined && seen.size > size) throw mismatch(name, `${size} bytes`, 'more');
    if (seen.size > FILE_BYTES_MAX)
      throw new SmallbatchError(
        'ITEM_TOO_LARGE',
        `${name}: expected at most ${FILE_BYTES_MAX} bytes, found more`,
      );
    hash.update(chunk);
    yield chunk;
  }
  seen.sha256 = hash.digest('hex');
  if (size !== undefined && seen.size !== size) throw mismatch(name, `${size} bytes`, String(seen.size));
  if (sha256 !== undefined && seen.sha256 !== sha256)
    throw mismatch(name, `the SHA-256 ${sha256}`, seen.sha256);
}
