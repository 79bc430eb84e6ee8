import { checkContradiction } from './contradiction.ts';
import { type Directory, type DirectoryRecord, directoryRecords } from './directory.ts';
import { DuplicateFinder, repeatedKeys, toNameKey } from './duplicates.ts';
import type { Tail } from './end-record.ts';
import { ZipError } from './errors.ts';
import { judge, type Rules } from './judge.ts';
import { MemberRanges } from './overlap.ts';
import type { RangeSource } from './range-source.ts';

export interface Listing {
  readonly source: RangeSource;
  readonly directory: Directory;
  readonly blocks: AsyncIterable<Buffer>;
  readonly tail: Tail;
  readonly rules: Rules;
}

export interface Survey {
  readonly memberCount: number;
  /** Indexes of records whose name an earlier record has. */
  readonly duplicates: ReadonlySet<number>;
}

/**
 * The checks that need all records, made before any member is handed out. Holds numbers only: 26 bytes a
 * record, for its range and a key of its name. Throws ZipError (archive).
 */
export async function surveyDirectory(listing: Listing): Promise<Survey> {
  const { directory, rules } = listing;
  const ranges = new MemberRanges(directory.count);
  const keys = new Float64Array(directory.count);
  let memberCount = 0;
  let named = 0;
  let total = 0;
  for await (const record of directoryRecords(listing.blocks, directory)) {
    ranges.add(record);
    const { entry, path } = judge(record, rules);
    if (entry === 'left-out') continue;
    memberCount += 1;
    checkContradiction(record, entry, listing);
    if (path !== undefined) keys[named++] = toNameKey(path);
    if (entry.type === 'member') total = addUp(total, record, rules.limits.maxTotalBytes);
  }
  await ranges.check(listing);
  return { memberCount, duplicates: await findDuplicates(listing, repeatedKeys(keys.subarray(0, named))) };
}

function addUp(total: number, record: DirectoryRecord, limit: number): number {
  const sum = total + record.bytes;
  if (sum > limit)
    throw new ZipError('TOTAL_TOO_LARGE', {
      offset: record.offset,
      expected: `at most ${limit}`,
      found: `at least ${sum}`,
    });
  return sum;
}

async function findDuplicates(listing: Listing, repeated: ReadonlySet<number>): Promise<Set<number>> {
  const duplicates = new Set<number>();
  if (repeated.size === 0) return duplicates;
  const finder = new DuplicateFinder(repeated);
  for await (const record of directoryRecords(listing.blocks, listing.directory)) {
    const { path } = judge(record, listing.rules);
    if (path !== undefined && finder.isDuplicate(path, record.rawName, record.offset))
      duplicates.add(record.index);
  }
  return duplicates;
}
