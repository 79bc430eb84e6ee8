import { SmallbatchError } from '../../errors.ts';
import type { Item, SplitContext, SplitEntry } from '../../kind.ts';
import { openZip, type ZipEntry, type ZipMember } from '../../zip/archive.ts';
import { asReported, memberFailure, rejectedId } from '../zip-entries.ts';
import { fileOf, findFeeds, folderOf, isJunk, isKnown } from './feed/find-feeds.ts';
import type { GtfsData, GtfsOptions } from './item-data.ts';
import { GTFS_ZIP_LIMITS } from './limits.ts';
import { LOCATIONS_FILE, tableName } from './schema/reference.ts';

/** Members of an archive with a feed in it; a feed has 32 files, and archives with other things among them a few hundred. */
const MEMBERS_MAX = 10_000;

/**
 * Every file of the feed (or of each feed, where the archive has several folders that are one) as one item.
 * @throws SmallbatchError ZIP_INVALID where the archive as a whole is refused, MEMBER_MISSING where it has no feed
 */
export async function* split({ source }: SplitContext<GtfsOptions>): AsyncGenerator<SplitEntry<GtfsData>> {
  try {
    const archive = await openZip(source, GTFS_ZIP_LIMITS);
    if (archive.memberCount > MEMBERS_MAX)
      throw new SmallbatchError(
        'SOURCE_TOO_LARGE',
        `expected at most ${MEMBERS_MAX} members, found ${archive.memberCount}`,
      );
    const entries = await Array.fromAsync(archive.entries());
    const feeds = findFeeds(entries.map(nameOf));
    if (feeds.length === 0) throw noFeed(entries);
    for (const [order, entry] of entries.entries()) yield { item: toItem(entry, order, feeds) };
  } catch (error) {
    throw asReported(error);
  }
}

function nameOf(entry: ZipEntry): string {
  return entry.type === 'member' ? entry.member.name : entry.name;
}

function noFeed(entries: readonly ZipEntry[]): SmallbatchError {
  const inner = entries.map(nameOf).filter((name) => /\.zip$/i.test(name));
  const found =
    inner.length > 0
      ? `archives in the archive (${inner.slice(0, 3).join(', ')}): upload them one by one`
      : `${entries.length} others`;
  return new SmallbatchError(
    'MEMBER_MISSING',
    `expected files of a GTFS feed such as stops.txt, found ${found}`,
  );
}

function toItem(entry: ZipEntry, order: number, feeds: readonly string[]): Item<GtfsData> {
  const name = nameOf(entry);
  if (entry.type === 'member') return memberItem(entry.member, feeds);
  const { error } = entry;
  const feed = outputFolder(feedOf(name, feeds) ?? '', feeds);
  const data: GtfsData = { type: 'other', feed, name, why: 'broken' };
  return { id: rejectedId(name, order), identity: error.code, bytes: 0, data, failure: memberFailure(error) };
}

/** The one feed of an archive is published as it is, wherever it lies. */
const outputFolder = (folder: string, feeds: readonly string[]): string => (feeds.length === 1 ? '' : folder);

/** The feed that a file lies in directly. */
function feedOf(name: string, feeds: readonly string[]): string | undefined {
  return feeds.find((feed) => folderOf(name) === feed);
}

function memberItem(member: ZipMember, feeds: readonly string[]): Item<GtfsData> {
  const { name, bytes, compressedBytes, crc32 } = member;
  const identity = `${bytes}-${crc32.toString(16).padStart(8, '0')}`;
  const item = { id: name, identity };
  const folder = feedOf(name, feeds);
  const feed = outputFolder(folder ?? feeds[0] ?? '', feeds);
  const file = fileOf(name);
  if (folder === undefined) {
    const why = isKnown(file) && !isJunk(name) ? 'subfolder' : 'unknown_file';
    return { ...item, bytes: 0, data: { type: 'other', feed, name, why } };
  }
  if (isJunk(name) || !(isKnown(file) || /\.(txt|csv)$/i.test(file)))
    return { ...item, bytes: 0, data: { type: 'other', feed, name, why: 'unknown_file' } };
  const type = file.toLowerCase() === LOCATIONS_FILE ? 'locations' : 'table';
  const table = tableName(file.toLowerCase()).replace(/[^a-z0-9_]+/g, '_');
  return { ...item, bytes: compressedBytes, data: { type, feed, folder, table, file, member } };
}
