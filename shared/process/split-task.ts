import { budgetOf } from '../aws/budgets.ts';
import { SmallbatchError, toFailure } from '../errors.ts';
import type { SplitEntry } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';
import { Fingerprints } from '../plan/fingerprints.ts';
import { toFingerprint } from '../plan/plan-writer.ts';
import { readManifest } from '../run/manifest.ts';
import { readCompanion } from '../run/source.ts';
import { toSafeText } from '../safe-text/safe-text.ts';
import { toKindContext } from './context.ts';
import { ServiceFaults } from './service-faults.ts';
import type { LeftOut, SplitBatch, SplitJob } from './tasks.ts';

/** Entries that cross from thread to thread at once; one may have 40 kB. */
const BATCH_ENTRIES = 64;
/** A split that waits for a server sends what it has. */
const BATCH_MS = 200;

let open: AsyncIterator<SplitEntry> | undefined;
/** What AWS failed at meanwhile: the source is not to blame for it, whatever its kind makes of it. */
let faults = new ServiceFaults();
/** Since the last entry. */
let leftOut = new Map<string, number>();

/** Runs a kind's split, in the guarded thread: what strangers wrote is read and parsed here. Any split before it is forgotten. */
export async function openSplit(job: SplitJob): Promise<SplitBatch> {
  leftOut = new Map();
  faults = new ServiceFaults();
  open = entriesOf(job);
  return await nextEntries();
}

/** The next entries of the split that is open. */
export async function nextEntries(): Promise<SplitBatch> {
  const entries: SplitBatch['entries'][number][] = [];
  const started = performance.now();
  try {
    while (open !== undefined && entries.length < BATCH_ENTRIES && performance.now() - started < BATCH_MS) {
      const { done, value } = await open.next();
      if (done) return { entries, end: { leftOut: takeLeftOut() } };
      entries.push({ entry: value, leftOut: takeLeftOut() });
    }
    return { entries };
  } catch (error) {
    return { entries, end: toEnd(error) };
  }
}

function takeLeftOut(): LeftOut {
  const taken = Object.fromEntries(leftOut);
  leftOut = new Map();
  return taken;
}

async function* entriesOf({ kind: name, source, options, startedAt, base, cursor, unchanged }: SplitJob) {
  const kind = kindNamed(name);
  const split = await kind.split();
  const known = Fingerprints.over(unchanged);
  yield* split({
    ...toKindContext(name, source, kind.options.parse(options), faults),
    startedAt: new Date(startedAt),
    companion: (maxBytes) => faults.see(readCompanion(source, maxBytes)),
    previous: () => faults.seeAll(readManifest(base)),
    isUnchanged: (item) => known.has(toFingerprint(item)),
    leaveOut: (what) => void leftOut.set(what, (leftOut.get(what) ?? 0) + 1),
    cursor,
    collectionsMax: budgetOf(name).collections,
  });
}

/** An error of ours is the source's; any other is told in the one shape that crosses from thread to thread whole. */
function toEnd(error: unknown): SplitBatch['end'] {
  if (faults.first) return { leftOut: {}, unavailable: toFailure(faults.first).message };
  if (error instanceof SmallbatchError) return { leftOut: {}, failure: toFailure(error) };
  const plain = new Error(toFailure(error).message);
  if (error instanceof Error && error.stack) plain.stack = toSafeText(error.stack);
  return { leftOut: {}, error: plain };
}
