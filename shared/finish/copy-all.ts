import { copyOutput } from '../run/outputs.ts';
import type { Work } from './work.ts';

/** A copy takes S3 about 60 ms, whatever its size up to some MB. */
const COPIES_AT_ONCE = 32;

/** Keys of the results bucket. */
export interface Copy {
  readonly from: string;
  readonly to: string;
}

/** Makes the copies from number `from` on, some at once, while there is time. Returns how many are made, from the first on. */
export async function copyAll(
  copies: readonly Copy[],
  { from, lease, outOfTime }: Work,
  copyOne = copyOutput,
): Promise<number> {
  let next = from;
  let isStopped = false;
  const copyOn = async (): Promise<void> => {
    while (next < copies.length && !isStopped && !outOfTime()) {
      const copy = copies[next++];
      lease.check();
      if (copy) await copyOne(copy.from, copy.to);
    }
  };
  const workers = Array.from({ length: COPIES_AT_ONCE }, async () => {
    try {
      await copyOn();
    } finally {
      // The others end the copy that they are at, or find none.
      isStopped = true;
    }
  });
  const ended = await Promise.allSettled(workers);
  const failed = ended.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  return next;
}
