import { readEnv } from '../aws/env.ts';
import { sendMessages } from '../aws/queue.ts';
import { listObjects } from '../aws/store.ts';
import { SmallbatchError } from '../errors.ts';
import type { NewestMessage, StartMessage } from '../run/message.ts';

/** Folders of one prefix whose newest source is remembered; each takes about 200 bytes. */
const FOLDERS_MAX = 100_000;

/**
 * Starts a run of the newest source in each folder below a prefix. A source that was processed already costs one look. Returns how
 * many were started.
 * @throws SmallbatchError SOURCE_MISSING when there is none: an empty listing means that something is wrong, not that all is gone
 */
export async function startNewest({ bucket, prefix, suffix, options, at }: NewestMessage): Promise<number> {
  const newest = await newestByFolder(bucket, prefix, suffix);
  if (newest.size === 0) {
    throw new SmallbatchError(
      'SOURCE_MISSING',
      `expected objects that end in "${suffix}" under ${bucket}/${prefix}, found none`,
    );
  }
  const starts = newest.values().map(({ key }): object => {
    return { type: 'start', bucket, key, options, at, generation: 1 } satisfies StartMessage;
  });
  await sendMessages(readEnv(['intakeQueue']).intakeQueue, starts, 'start');
  return newest.size;
}

async function newestByFolder(bucket: string, prefix: string, suffix: string) {
  const newest = new Map<string, { readonly key: string; readonly lastModified: Date }>();
  for await (const found of listObjects(bucket, prefix)) {
    if (!found.key.endsWith(suffix)) continue;
    const folder = found.key.slice(0, found.key.lastIndexOf('/') + 1);
    const other = newest.get(folder);
    // S3 tells the time in seconds: of two in the same one, the later name counts.
    if (!other || found.lastModified >= other.lastModified) newest.set(folder, found);
    if (newest.size > FOLDERS_MAX) {
      throw new SmallbatchError('SOURCE_TOO_LARGE', `${prefix}: expected at most ${FOLDERS_MAX} folders`);
    }
  }
  return newest;
}
