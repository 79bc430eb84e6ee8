import { checkContradiction } from './contradiction.ts';
import { type DirectoryRecord, directoryBatches } from './directory.ts';
import { DuplicateFinder, repeatedKeys, toNameKey } from './duplicates.ts';
import { END_BYTES, findEndRecord, firstEndOffset, widenTail } from './end-record.ts';
import { ZipError } from './errors.ts';
import { judge } from './judge.ts';
import type { Listing } from './listing.ts';
import { MemberRanges } from './overlap.ts';

export interface Survey {
  readonly memberCount: number;
  /** Indexes of records whose name an earlier record has. */
  readonly duplicates: ReadonlySet<number>;
}

/**
 * The checks that need all records, made before any member is handed out. Holds numbers only: 30 bytes a
 * record, for its range and a key of its name. Throws ZipError (archive).
 */
export async function surveyDirectory(listing: Listing): Promise<Survey> {
  const { directory } = listing;
  const ranges = new MemberRanges(directory.count);
  const tally = { keys: new Float64Array(directory.count), named: 0, members: 0, bytes: 0 };
  for await (const batch of directoryBatches(listing.blocks, directory))
    for (const record of batch) {
      ranges.add(record);
      count(record, listing, tally);
    }
  await ranges.check(listing);
  await checkSecondEnd(ranges, listing);
  const keys = tally.keys.subarray(0, tally.named);
  return { memberCount: tally.members, duplicates: await findDuplicates(listing, repeatedKeys(keys)) };
}

/**
 * Another end record can hide in bytes that belong to nothing, within reach of a comment. Few archives have such bytes, so this
 * range is only read for those. What lies within a member is its data, be it a zip of its own.
 */
async function checkSecondEnd(ranges: MemberRanges, { source, tail, directory }: Listing): Promise<void> {
  const from = firstEndOffset(source.size);
  if (from >= tail.start || !ranges.hasGap(from, directory.start, END_BYTES)) return;
  findEndRecord(await widenTail(source, tail));
}

interface Tally {
  readonly keys: Float64Array;
  named: number;
  members: number;
  bytes: number;
}

function count(record: DirectoryRecord, listing: Listing, tally: Tally): void {
  const { entry, path } = judge(record, listing.rules);
  if (entry === 'left-out') return;
  tally.members += 1;
  checkContradiction(record, entry, listing);
  if (path !== undefined) {
    tally.keys[tally.named] = toNameKey(path);
    tally.named += 1;
  }
  if (entry.type !== 'member') return;
  tally.bytes += record.bytes;
  const { maxTotalBytes } = listing.rules.limits;
  if (tally.bytes > maxTotalBytes)
    throw new ZipError('TOTAL_TOO_LARGE', {
      offset: record.offset,
      expected: `at most ${maxTotalBytes}`,
      found: `at least ${tally.bytes}`,
    });
}

async function findDuplicates(listing: Listing, repeated: ReadonlySet<number>): Promise<Set<number>> {
  const duplicates = new Set<number>();
  if (repeated.size === 0) return duplicates;
  const finder = new DuplicateFinder(repeated);
  for await (const batch of directoryBatches(listing.blocks, listing.directory))
    for (const record of batch) {
      const { path } = judge(record, listing.rules);
      if (path !== undefined && finder.isDuplicate(path, record.rawName, record.offset))
        duplicates.add(record.index);
    }
  return duplicates;
}
