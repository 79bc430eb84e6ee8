import type { RangeSource } from '../range-source.ts';
import { openZip, type ZipArchive, type ZipEntry } from './archive.ts';
import { ZipError } from './errors.ts';
import type { ZipLimits } from './limits.ts';
import { readMember } from './member.ts';
import { showName } from './name.ts';

const LISTED_FAILURES = 1_000; // an archive may have 250,000; the count goes on, the list does not

interface FailedMember {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

export interface Inspection {
  readonly verdict: 'accept' | 'reject' | 'reject-entry';
  /** Of the archive's error, else of the first failed member. */
  readonly code: string | null;
  readonly message: string | null;
  readonly members: number;
  readonly failedCount: number;
  /** The first 1,000 failures. */
  readonly failed: readonly FailedMember[];
}

/** Reads every member to its end and says what is wrong with the archive. Only failures of the source are thrown. */
export async function inspectZip(source: RangeSource, limits?: Partial<ZipLimits>): Promise<Inspection> {
  try {
    const archive = await openZip(source, limits);
    return await inspectMembers(source, archive, limits);
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    const { code, message } = error;
    return { verdict: 'reject', code, message, members: 0, failedCount: 0, failed: [] };
  }
}

async function inspectMembers(
  source: RangeSource,
  archive: ZipArchive,
  limits?: Partial<ZipLimits>,
): Promise<Inspection> {
  const failed: FailedMember[] = [];
  let failedCount = 0;
  for await (const entry of archive.entries()) {
    const failure = await entryFailure(source, entry, limits);
    if (failure === undefined) continue;
    failedCount += 1;
    if (failed.length < LISTED_FAILURES) failed.push(failure);
  }
  const [first] = failed;
  return {
    verdict: first === undefined ? 'accept' : 'reject-entry',
    code: first?.code ?? null,
    message: first?.message ?? null,
    members: archive.memberCount,
    failedCount,
    failed,
  };
}

async function entryFailure(
  source: RangeSource,
  entry: ZipEntry,
  limits?: Partial<ZipLimits>,
): Promise<FailedMember | undefined> {
  if (entry.type === 'rejected') return toFailed(entry.name, entry.error);
  try {
    const chunks = readMember(source, entry.member, limits);
    while (!(await chunks.next()).done);
    return undefined;
  } catch (error) {
    if (error instanceof ZipError) return toFailed(showName(entry.member.name), error);
    throw error;
  }
}

function toFailed(name: string, { code, message }: ZipError): FailedMember {
  return { name, code, message };
}
