import type { Item, SplitContext, SplitEntry } from '../../kind.ts';
import { openZip, type ZipArchive, type ZipEntry } from '../../zip/archive.ts';
import { asReported } from '../../zip-entries.ts';
import { type ListingRules, listingOf } from './course/listing.ts';
import { filesOf } from './course/manifest.ts';
import { embedsOf, mentionsOf } from './course/mentions.ts';
import { toPublished } from './course/publish.ts';
import { type Course, readCourse } from './course/read.ts';
import { CourseCount } from './course/record.ts';
import { courseItem, memberItem, missingItem, rejectedItem } from './items.ts';
import type { CanvasData, CanvasOptions } from './schema.ts';

type Context = SplitContext<CanvasOptions>;

/**
 * Every file of the course archive as one item; then the files that the course names and the archive lacks; then the course itself.
 * Reads the central directory, the course's XML files and the heads of its pages. Throws ZIP_INVALID where the archive as a whole is
 * refused, MEMBER_MISSING where it is no course.
 */
export async function* split(context: Context): AsyncGenerator<SplitEntry<CanvasData>> {
  try {
    const archive = await openZip(context.source);
    const { timeZone, tutorFolder } = context.options;
    const course = await readCourse(archive, context.source, { now: new Date(), timeZone, tutorFolder });
    for await (const item of itemsOf(archive, course, context.options)) yield { item };
  } catch (error) {
    throw asReported(error);
  }
}

async function* itemsOf(
  archive: ZipArchive,
  course: Course,
  options: CanvasOptions,
): AsyncGenerator<Item<CanvasData>> {
  const rules = listingRules(course, options);
  const promised = filesOf(course.facts.manifest);
  const unseen = new Set([...promised, ...rules.published.keys()]);
  const count = new CourseCount();
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

function listingRules({ facts, settings }: Course, options: CanvasOptions): ListingRules {
  const { filesTabHidden } = settings;
  const { tutorFolder } = options;
  const published = toPublished(mentionsOf(facts), embedsOf(facts), {
    metadata: undefined,
    filesTabHidden,
    tutorFolder,
  });
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
