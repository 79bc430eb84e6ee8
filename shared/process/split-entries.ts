import { Unavailable } from '../aws/service-fault.ts';
import { SmallbatchError } from '../errors.ts';
import type { SplitEntry } from '../kind.ts';
import type { Guard } from './guard.ts';
import type { LeftOut, SplitBatch, SplitJob } from './tasks.ts';

/** Kept of the function's time for telling that its source had the thread ended. */
const TELL_MS = 15_000;

interface Surroundings {
  /** Of the function's time limit. */
  remainingMs(): number;
  /** Filled with what the kind leaves out, always as far as the entries have been taken. */
  readonly omitted: Map<string, number>;
}

/**
 * The entries of a kind's split, which runs in the guard's thread.
 * @throws SmallbatchError what the split fails with; KilledError when its thread was ended
 */
export async function* guardedEntries(
  guard: Guard,
  job: SplitJob,
  { remainingMs, omitted }: Surroundings,
): AsyncGenerator<SplitEntry> {
  const toLimits = () => {
    return { what: job.source.key, bytes: job.source.size, timeoutMs: Math.max(1, remainingMs() - TELL_MS) };
  };
  let hasEnded = false;
  try {
    let { answer: batch } = await guard.ask('split', job, toLimits());
    while (true) {
      hasEnded = batch.end !== undefined;
      for (const { entry, leftOut } of batch.entries) {
        add(omitted, leftOut);
        yield entry;
      }
      if (batch.end) return end(batch.end, omitted);
      batch = (await guard.ask('more', {}, toLimits())).answer;
    }
  } finally {
    // nobody takes what would come: with the thread its connections go, too
    if (!hasEnded) await guard.stop();
  }
}

function end(
  { leftOut, failure, error, unavailable }: NonNullable<SplitBatch['end']>,
  omitted: Map<string, number>,
): void {
  if (unavailable !== undefined) throw new Unavailable(unavailable);
  if (failure) throw new SmallbatchError(failure.code, failure.message);
  if (error) throw error;
  add(omitted, leftOut);
}

function add(omitted: Map<string, number>, leftOut: LeftOut): void {
  for (const [what, count] of Object.entries(leftOut)) omitted.set(what, (omitted.get(what) ?? 0) + count);
}
