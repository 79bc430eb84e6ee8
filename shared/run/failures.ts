import type { Failure } from '../errors.ts';
import { getGroup } from './group.ts';
import { rootGroup } from './keys.ts';
import { BLOCK_CLUSTERS, recordedIndexes } from './ledger.ts';
import { readManifest } from './manifest.ts';
import { resultsOf } from './results.ts';
import type { Run } from './run.ts';

export interface FailedItem extends Failure {
  readonly item: string;
}

/**
 * Every item that failed, one at a time: as the manifest has them, or for a run without one (it is at work, was cancelled, failed) as
 * the clusters have that are recorded so far.
 */
export async function* failuresOf(run: Run): AsyncIterable<FailedItem> {
  for await (const { id, failure } of run.manifest ? readManifest(run.manifest) : recordedResults(run))
    if (failure) yield { item: id, ...failure };
}

async function* recordedResults({ run, generation }: Run) {
  const group = rootGroup(run, generation);
  const { clusters = 0 } = await getGroup(group);
  for (let part = 0; part * BLOCK_CLUSTERS < clusters; part++) {
    const recorded = [...(await recordedIndexes(group, part))].sort((a, b) => a - b);
    for (const index of recorded) yield* resultsOf(group, index);
  }
}
