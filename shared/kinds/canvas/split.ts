import { SmallbatchError } from '../../errors.ts';
import type { Item, SplitContext, SplitEntry } from '../../kind.ts';
import { openZip, type ZipArchive, type ZipEntry } from '../../zip/archive.ts';
import { asReported } from '../zip-entries.ts';
import type { Clock } from './course/date-lock.ts';
import { type ListingRules, listingOf } from './course/listing.ts';
import { filesOf } from './course/manifest.ts';
import { embedsOf, mentionsOf } from './course/mentions.ts';
import { type Metadata, parseMetadata } from './course/metadata.ts';
import { toPublished } from './course/publish.ts';
import { type Course, readCourse } from './course/read.ts';
import { CourseCount } from './course/record.ts';
import { courseItem, memberItem, missingItem, rejectedItem } from './items.ts';
import type { CanvasData, CanvasOptions } from './schema.ts';

type Context = SplitContext<CanvasOptions>;

/** metadata.json is held whole; it takes some 700 bytes a file, and the largest course seen has 6,000. */
const MAX_METADATA_BYTES = 16 * 1024 * 1024;

/**
 * Every file of the course archive as one item; then the files that the course names and the archive lacks; then the course itself.
 * Reads the central directory, the course's XML files and the heads of its pages. Throws ZIP_INVALID where the archive as a whole is
 * refused, MEMBER_MISSING where it is no course, METADATA_INVALID where it is not known what to hide.
 */
export async function* split(context: Context): AsyncGenerator<SplitEntry<CanvasData>> {
  try {
    const archive = await openZip(context.source);
    const { timeZone, tutorFolder } = context.options;
    const rules = { now: context.startedAt, timeZone, tutorFolder };
    const course = await readCourse(archive, context.source, rules);
    const metadata = await readMetadata(context, course.facts.clock);
    for await (const item of itemsOf(archive, course, metadata, context.options)) yield { item };
  } catch (error) {
    throw asReported(error);
  }
}

async function readMetadata(context: Context, clock: Clock): Promise<Metadata | undefined> {
  const bytes = await context.companion(MAX_METADATA_BYTES);
  if (bytes !== undefined) return parseMetadata(bytes, clock);
  if (context.options.metadata === 'auto') return undefined;
  const expected = context.source.key.replace(/\.imscc$/, '.metadata.json');
  throw new SmallbatchError('SOURCE_MISSING', `expected ${expected} beside the course, found none`);
}

async function* itemsOf(
  archive: ZipArchive,
  course: Course,
  metadata: Metadata | undefined,
  options: CanvasOptions,
): AsyncGenerator<Item<CanvasData>> {
  const rules = listingRules(course, metadata, options);
  const promised = filesOf(course.facts.manifest);
  const unseen = new Set([...promised, ...rules.published.keys()]);
  const count = new CourseCount();
  if (metadata) count.addMetadata(metadata.canonical);
  for await (const entry of archive.entries()) {
    const name = nameOf(entry);
    const listed = course.aliases.get(name) ?? name;
    unseen.delete(listed);
    yield entryItem(entry, listed, course, rules, count);
  }
  for (const path of unseen) {
    const listing = listingOf(path, rules);
    count.addListing(path, listing);
    count.addMissing();
    yield missingItem(path, listing, promised.has(path), options);
  }
  yield courseItem(count.toRecord(course));
}

function listingRules(
  { facts, settings }: Course,
  metadata: Metadata | undefined,
  options: CanvasOptions,
): ListingRules {
  const { filesTabHidden } = settings;
  const { tutorFolder } = options;
  const rules = { metadata, filesTabHidden, tutorFolder };
  const published = toPublished(mentionsOf(facts), embedsOf(facts), rules);
  return { options, settings, published };
}

function entryItem(
  entry: ZipEntry,
  listed: string,
  course: Course,
  rules: ListingRules,
  count: CourseCount,
): Item<CanvasData> {
  const listing = listingOf(listed, rules);
  const order = count.files;
  count.addListing(listed, listing);
  if (entry.type === 'rejected') return rejectedItem(entry.name, entry.error, listing, order);
  const { member } = entry;
  count.addMember(member.name, member.bytes, member.crc32);
  const named = listed === member.name ? listing : { ...listing, listedAs: listed };
  return memberItem(member, named, course.unread.get(listed));
}

function nameOf(entry: ZipEntry): string {
  return entry.type === 'member' ? entry.member.name : entry.name;
}
