import { SmallbatchError } from '../../errors.ts';
import type { Item, SplitContext, SplitEntry } from '../../kind.ts';
import { openZip, type ZipArchive, type ZipEntry, type ZipMember } from '../../zip/archive.ts';
import { asReported } from '../zip-entries.ts';
import { contentOf } from './content.ts';
import { judge } from './course/judge/judge.ts';
import { isTutorFile, type ListingRules, listingOf, listingRules } from './course/listing.ts';
import { filesOf } from './course/manifest.ts';
import { type Metadata, parseMetadata } from './course/metadata.ts';
import { outlineOf } from './course/outline.ts';
import { type Course, readCourse } from './course/read.ts';
import { CourseCount, timeZoneOf } from './course/record.ts';
import { formatOf } from './formats.ts';
import { courseItem, linkItem, memberItem, missingItem, moduleItem, rejectedItem } from './items.ts';
import { type DestinationOf, itemLinks } from './links/item-links.ts';
import { LinkIndex } from './links/link-index.ts';
import type { CanvasOptions } from './options.ts';
import type { CanvasData, Listing, MemberData } from './schema.ts';

type Context = SplitContext<CanvasOptions>;

/** metadata.json is held whole; it takes some 700 bytes a file, and the largest course seen has 6,000. */
const MAX_METADATA_BYTES = 16 * 1024 * 1024;

/**
 * Every file of the course archive as one item; then the files that the course names and the archive lacks, the links that are no files, the modules;
 * then the course itself. Reads the central directory, the course's XML files and the tags of its pages. Throws ZIP_INVALID where the archive as
 * a whole is refused, MEMBER_MISSING where it is no course, SOURCE_TOO_LARGE where its manifest is over the limit, METADATA_INVALID where it is not
 * known what to hide.
 */
export async function* split(context: Context): AsyncGenerator<SplitEntry<CanvasData>> {
  try {
    const archive = await openZip(context.source);
    const course = await readCourse(archive, context.source, context.startedAt);
    const metadata = await readMetadata(context);
    const splitter = new Splitter(course, metadata, context.options);
    for await (const item of splitter.items(archive)) yield { item };
  } catch (error) {
    throw asReported(error);
  }
}

async function readMetadata(context: Context): Promise<Metadata | undefined> {
  const bytes = await context.companion(MAX_METADATA_BYTES);
  if (bytes !== undefined) return parseMetadata(bytes, context.startedAt);
  if (context.options.metadata !== 'required') return undefined;
  const expected = context.source.key.replace(/\.[^./]*$/, '.metadata.json');
  throw new SmallbatchError('SOURCE_MISSING', `expected ${expected} beside the course, found none`);
}

/** Makes the items of one course. */
class Splitter {
  readonly #course: Course;
  readonly #options: CanvasOptions;
  readonly #index: LinkIndex;
  readonly #rules: ListingRules;
  readonly #isShown: boolean;
  readonly #count = new CourseCount();

  constructor(course: Course, metadata: Metadata | undefined, options: CanvasOptions) {
    const isTree = !course.isCanvas && options.publish === 'tree';
    this.#course = course;
    this.#options = options;
    this.#isShown = course.isCanvas || isTree;
    this.#index = new LinkIndex(course, this.#isShown);
    const isTutor = (path: string): boolean => isTutorFile(path, options.tutorFolder);
    const rules = { metadata, isShown: this.#isShown, isTree, isTutorFile: isTutor };
    this.#rules = listingRules(course, judge(course, this.#index, rules), options);
    if (metadata) this.#count.addMetadata(metadata.canonical);
  }

  async *items(archive: ZipArchive): AsyncGenerator<Item<CanvasData>> {
    const promised = filesOf(this.#course.manifest);
    const unseen = new Set([...promised, ...this.#rules.judged.verdicts.keys()]);
    for await (const entry of archive.entries()) {
      const listed = this.#course.names.listed(nameOf(entry));
      unseen.delete(listed);
      yield this.#entry(entry, listed);
    }
    for (const path of unseen) yield this.#unseen(path, promised.has(path));
    const listing = (path: string): Listing => listingOf(path, this.#rules);
    for (const [at, module] of outlineOf(this.#course, this.#isShown, listing).entries())
      yield moduleItem(module, at + 1);
    yield courseItem(this.#count.toRecord(this.#course, this.#options));
  }

  #entry(entry: ZipEntry, listed: string): Item<CanvasData> {
    const listing = listingOf(listed, this.#rules);
    const order = this.#count.files;
    this.#count.addListing(listed, listing);
    if (entry.type === 'rejected') return rejectedItem(entry.name, entry.error, listing, order);
    const { member } = entry;
    this.#count.addMember(member.name, member.bytes, member.crc32);
    const named = listed === member.name ? listing : { ...listing, listedAs: listed };
    return memberItem(this.#member(member, listed, named), this.#course.unread.get(listed));
  }

  #member(member: ZipMember, listed: string, listing: Listing): MemberData {
    const item = this.#rules.judged.items.get(listed);
    const links = item?.links ?? this.#course.linkedPages.get(listed)?.links;
    const from = { path: listed, listing };
    return {
      type: 'member',
      member,
      listing,
      ...(links && !listing.excluded && { links: itemLinks(links, from, this.#index, this.#destination) }),
      ...(item && { content: contentOf(item, this.#course) }),
      ...(item && { timeZone: timeZoneOf(this.#course, this.#options) }),
    };
  }

  readonly #destination: DestinationOf = (path) => {
    const listing = listingOf(path, this.#rules);
    const item = this.#rules.judged.items.get(path);
    const isWritten = item !== undefined && contentOf(item, this.#course) !== undefined;
    const hasFormat = isWritten || formatOf(path, listing.kind, this.#options) !== undefined;
    return { listing, isConverted: hasFormat && !listing.excluded };
  };

  #unseen(path: string, isPromised: boolean): Item<CanvasData> {
    const listing = listingOf(path, this.#rules);
    this.#count.addListing(path, listing);
    const item = path.startsWith('/') ? this.#rules.judged.items.get(path) : undefined;
    if (item !== undefined) return linkItem(path, listing, item.url);
    this.#count.addMissing();
    return missingItem(path, listing, isPromised, this.#options);
  }
}

function nameOf(entry: ZipEntry): string {
  return entry.type === 'member' ? entry.member.name : entry.name;
}
