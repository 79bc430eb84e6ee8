import type { RangeSource } from '../range-source.ts';
import { type Directory, type DirectoryRecord, directoryBatches, RECORD_BYTES } from './directory.ts';
import { DirectoryBlocks } from './directory-blocks.ts';
import { findEndRecord, readTail } from './end-record.ts';
import { ZipError } from './errors.ts';
import { judge, type ZipEntry } from './judge.ts';
import { withDefaults, type ZipLimits } from './limits.ts';
import type { Listing } from './listing.ts';
import { nameDecoder, showName } from './name.ts';
import { type Survey, surveyDirectory } from './survey.ts';
import { resolveZip64 } from './zip64.ts';

export type { ZipEntry, ZipMember } from './judge.ts';

export interface ZipArchive {
  /** How many entries there are to list: members and rejected ones, not what is left out. */
  readonly memberCount: number;
  /** In directory order; directories, `__MACOSX`, `.DS_Store` and `Thumbs.db` are left out. May be called again. */
  entries(): AsyncIterable<ZipEntry>;
}

/**
 * Opens an archive where it lies and makes every check that concerns it as a whole. Reads its end and its directory,
 * never a member. Throws ZipError with scope `archive`; a failure of the source is passed on as it is.
 */
export async function openZip(source: RangeSource, limits?: Partial<ZipLimits>): Promise<ZipArchive> {
  const allLimits = withDefaults(limits);
  const decode = nameDecoder(allLimits.nameCharset);
  const tail = await readTail(source);
  const end = await resolveZip64(source, tail, findEndRecord(tail));
  const directory = toDirectory(end, allLimits);
  const blocks = new DirectoryBlocks(source, directory, tail, allLimits);
  const rules = { limits: allLimits, decode, sourceBytes: source.size };
  const listing = { source, directory, blocks, tail, rules };
  const survey = await surveyDirectory(listing);
  return { memberCount: survey.memberCount, entries: () => listEntries(listing, survey) };
}

type ResolvedEnd = Awaited<ReturnType<typeof resolveZip64>>;

/** Checks the end record's claims before a byte is allocated on their word. */
function toDirectory(end: ResolvedEnd, limits: ZipLimits): Directory {
  const { offset, directoryEnd, directoryStart, directorySize, count } = end;
  if (end.disk !== 0 || end.directoryDisk !== 0 || end.countOnDisk !== count)
    throw new ZipError('MULTI_DISK', {
      offset,
      expected: `disk 0 with ${count} records`,
      found: `disk ${end.disk}, directory on ${end.directoryDisk}, ${end.countOnDisk} records`,
    });
  if (directoryStart + directorySize !== directoryEnd)
    throw new ZipError('DIRECTORY_OFFSET', {
      offset,
      expected: `${directorySize} bytes from ${directoryEnd - directorySize}`,
      found: `from ${directoryStart}`,
    });
  if (count * RECORD_BYTES > directorySize)
    throw new ZipError('DIRECTORY_COUNT', {
      offset,
      expected: `at most ${Math.floor(directorySize / RECORD_BYTES)} records in ${directorySize} bytes`,
      found: count,
    });
  if (directorySize > limits.maxDirectoryBytes)
    throw new ZipError('DIRECTORY_TOO_LARGE', {
      offset,
      expected: `at most ${limits.maxDirectoryBytes}`,
      found: directorySize,
    });
  if (count > limits.maxMembers)
    throw new ZipError('TOO_MANY_MEMBERS', {
      offset,
      expected: `at most ${limits.maxMembers}`,
      found: count,
    });
  return { start: directoryStart, end: directoryEnd, count };
}

async function* listEntries(listing: Listing, survey: Survey): AsyncGenerator<ZipEntry> {
  for await (const batch of directoryBatches(listing.blocks, listing.directory))
    for (const record of batch) {
      const entry = toEntry(record, listing, survey);
      if (entry !== undefined) yield entry;
    }
}

function toEntry(record: DirectoryRecord, { rules }: Listing, survey: Survey): ZipEntry | undefined {
  const { entry, path } = judge(record, rules);
  if (entry === 'left-out') return undefined;
  if (path === undefined || !survey.duplicates.has(record.index)) return entry;
  const name = showName(path);
  const error = new ZipError('NAME_DUPLICATE', { member: name, offset: record.offset });
  return { type: 'rejected', name, error };
}
