import { type Group, getGroup } from '../run/group.ts';
import { childGroup, rootGroup } from '../run/keys.ts';
import { BLOCK_CLUSTERS, recordedIndexes } from '../run/ledger.ts';
import { type Run, storeProgress } from '../run/run.ts';

/** A run whose ledger did not move for this long may have lost messages. Above the longest visibility timeout. */
const STALLED_SECONDS = 2 * 3600;

/**
 * True when nothing was recorded since a look that is long enough ago. Progress is that of every open group: the children of one
 * large document may be at work for hours while the run's own clusters stand still.
 */
export async function isStalled(run: Run, now: number): Promise<boolean> {
  const clusters = await countRecorded(rootGroup(run.run, run.generation));
  if (run.progress?.clusters === clusters) return now - run.progress.at > STALLED_SECONDS;
  await storeProgress(run, { clusters, at: now });
  return false;
}

/** Clusters that are recorded, in a group and in those below its clusters that are open: a read for each of these, and each block. */
async function countRecorded(id: string): Promise<number> {
  const group = await getGroup(id);
  let count = 0;
  for (let part = 0; part * BLOCK_CLUSTERS < (group.clusters ?? 0); part++)
    count += await countInPart(id, group, part);
  return count;
}

async function countInPart(id: string, { clusters = 0 }: Group, part: number): Promise<number> {
  const recorded = await recordedIndexes(id, part);
  const first = part * BLOCK_CLUSTERS;
  const indexes = Array.from({ length: Math.min(BLOCK_CLUSTERS, clusters - first) }, (_, n) => first + n);
  const open = indexes.filter((index) => !recorded.has(index));
  const below = await Promise.all(open.map((index) => countRecorded(childGroup(id, index))));
  return below.reduce((sum, each) => sum + each, recorded.size);
}
