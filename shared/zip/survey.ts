import { type Directory, type DirectoryRecord, directoryRecords } from './directory.ts';
import { DuplicateFinder, repeatedKeys, toNameKey } from './duplicates.ts';
import type { Tail } from './end-record.ts';
import { ZipError } from './errors.ts';
import { type Judgement, judge, type Rules, rangeEnd } from './judge.ts';
import { parseLocalHeader } from './local-header.ts';
import { showName } from './name.ts';

export interface Listing {
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
 * The checks that need all records, made before any member is handed out. Holds three numbers a record: where
 * its range starts, where it ends, and a key of its name. Throws ZipError (archive).
 */
export async function surveyDirectory(listing: Listing): Promise<Survey> {
  const { directory, rules } = listing;
  const starts = new Float64Array(directory.count);
  const ends = new Float64Array(directory.count);
  const keys = new Float64Array(directory.count);
  let memberCount = 0;
  let named = 0;
  let total = 0;
  for await (const record of directoryRecords(listing.blocks, directory)) {
    const { entry, path } = judge(record, rules);
    starts[record.index] = record.headerOffset;
    ends[record.index] = rangeEnd(record);
    checkRange(record, listing);
    checkContradiction(record, entry, listing.tail);
    if (entry !== 'left-out') memberCount += 1;
    if (path !== undefined) keys[named++] = toNameKey(path);
    if (entry !== 'left-out' && entry.type === 'member')
      total = addUp(total, record, rules.limits.maxTotalBytes);
  }
  const shared = findOverlap(starts, ends);
  if (shared !== undefined) throw await describeOverlap(listing, shared);
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

/**
 * A range that ends within the file must not reach the directory. One that ends beyond the file can't be read by anyone, so it only
 * fails its member (unless another member lies in it).
 */
function checkRange(record: DirectoryRecord, { directory, rules }: Listing): void {
  const end = rangeEnd(record);
  if (end <= directory.start || end > rules.sourceBytes) return;
  throw new ZipError('OVERLAP_DIRECTORY', {
    member: showName(record.rawName.toString('latin1')),
    offset: record.headerOffset,
    expected: `an end at or before ${directory.start}`,
    found: end,
  });
}

/**
 * A local header that came with the tail costs nothing to compare. Where the directory alone is what refuses a member (a hostile
 * name, an unknown method), or makes it smaller than it is, the directory was rewritten after the members: names, ranges and totals
 * were all judged on it, and that judgement is worth nothing.
 */
function checkContradiction(record: DirectoryRecord, entry: Judgement['entry'], tail: Tail): void {
  if (entry === 'left-out' || record.headerOffset < tail.start) return;
  const local = parseLocalHeader(tail.bytes.subarray(record.headerOffset - tail.start));
  if (local === undefined) return;
  const contradict = (expected: string | number, found: string | number) => {
    throw new ZipError('DIRECTORY_CONTRADICTED', {
      member: showName(record.rawName.toString('latin1')),
      offset: record.headerOffset,
      expected,
      found,
    });
  };
  const refusal = entry.type === 'rejected' ? entry.error.code : '';
  if (refusal.startsWith('NAME_') && !local.rawName.equals(record.rawName))
    contradict('the same name', showName(local.rawName.toString('latin1')));
  if (refusal === 'METHOD_UNSUPPORTED' && local.method !== record.method)
    contradict(`method ${record.method}`, local.method);
  if (!local.hasDescriptor && local.bytes > record.bytes) contradict(`${record.bytes} bytes`, local.bytes);
}

/**
 * A byte that two ranges share. Ranges are apart if and only if, with starts and ends sorted each for itself, every end
 * lies at or before the next start; so no pairs need to be kept. Sorts both arrays.
 */
function findOverlap(starts: Float64Array, ends: Float64Array): number | undefined {
  starts.sort();
  ends.sort();
  for (let index = 1; index < starts.length; index += 1) {
    const start = starts[index];
    const end = ends[index - 1];
    if (start !== undefined && end !== undefined && end > start) return start;
  }
  return undefined;
}

async function describeOverlap(listing: Listing, shared: number): Promise<ZipError> {
  const names: string[] = [];
  for await (const record of directoryRecords(listing.blocks, listing.directory)) {
    if (record.headerOffset > shared || rangeEnd(record) <= shared) continue;
    names.push(showName(record.rawName.toString('latin1')));
    if (names.length === 2) break;
  }
  return new ZipError('OVERLAP', {
    member: names[0],
    offset: shared,
    expected: 'bytes of one member',
    found: `also "${names[1]}"`,
  });
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
