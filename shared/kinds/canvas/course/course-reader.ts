import { newFailure, SmallbatchError, toFailure } from '../../../errors.ts';
import type { Failure } from '../../../kind.ts';
import type { RangeSource } from '../../../range-source.ts';
import { decodeMarkup } from '../../../text/decode-markup.ts';
import { type XmlRecord, xmlRecords } from '../../../xml/records.ts';
import type { ZipArchive, ZipEntry, ZipMember } from '../../../zip/archive.ts';
import { ZipError } from '../../../zip/errors.ts';
import { readMember } from '../../../zip/member.ts';
import { asReported, memberFailure } from '../../zip-entries.ts';
import { MANIFEST } from '../facts.ts';
import { type PageHead, readPageHead } from './items/page.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import type { MemberNames } from './member-names.ts';

/** One of the course's own XML files; the largest module_meta.xml seen has 2 MB. */
const MAX_XML_BYTES = 32 * 1024 * 1024;
/** The text of a discussion or the questions of a quiz; eight are held at once while the course is split. */
const MAX_ITEM_BYTES = 8 * 1024 * 1024;

/** Reads members by the course's name for them; one that can't be read is noted, not thrown. */
export class CourseReader {
  readonly unread = new Map<string, Failure>();
  readonly warnings: string[] = [];
  readonly #malformed = new Set<string>();
  readonly #source: RangeSource;
  readonly #members = new Map<string, ZipMember>();

  constructor(source: RangeSource) {
    this.#source = source;
  }

  async find(archive: ZipArchive, wanted: ReadonlySet<string>, names: MemberNames): Promise<void> {
    for await (const entry of archive.entries()) {
      const listed = names.listed(nameOf(entry));
      if (!wanted.has(listed)) continue;
      if (entry.type === 'member') this.#members.set(listed, entry.member);
      else this.unread.set(listed, memberFailure(entry.error));
    }
  }

  has(path: string): boolean {
    return this.#members.has(path);
  }

  member(path: string): ZipMember | undefined {
    return this.#members.get(path);
  }

  /** Without it nothing is known about the course, so here an error is thrown. */
  async manifest(memberCount: number): Promise<Manifest> {
    const member = this.#members.get(MANIFEST);
    if (member !== undefined && member.bytes <= MAX_XML_BYTES)
      return await parseManifest(decodeMarkup(readMember(this.#source, member)));
    if (member !== undefined)
      throw new SmallbatchError('SOURCE_TOO_LARGE', tooLarge(MANIFEST, member, MAX_XML_BYTES));
    const refused = this.unread.get(MANIFEST);
    if (refused !== undefined) throw new SmallbatchError(refused.code, `${MANIFEST}: ${refused.message}`);
    throw new SmallbatchError(
      'MEMBER_MISSING',
      `expected ${MANIFEST} at the top of a course archive, found ${memberCount} members without it`,
    );
  }

  /** The records of an XML file; none where it is not there. */
  async records(path: string, names: readonly string[]): Promise<readonly XmlRecord[]> {
    const read = await this.read(path, async (chunks) => await xmlRecords(chunks, names));
    if (read?.firstProblem !== undefined) {
      this.#malformed.add(path);
      this.warnings.push(`${path}: ${read.firstProblem}`);
    }
    return read?.records ?? [];
  }

  /** What a page's own HTML says; undefined where it is not there. */
  async pageHead(path: string): Promise<PageHead | undefined> {
    return await this.read(path, readPageHead);
  }

  /** What is made of a file's text; undefined where it is not there, or can't be read. */
  async read<T>(path: string, use: (chunks: AsyncIterable<string>) => Promise<T>): Promise<T | undefined> {
    const member = this.#members.get(path);
    if (member === undefined) return undefined;
    const maxBytes = maxBytesOf(path);
    if (member.bytes > maxBytes) {
      this.unread.set(path, newFailure('ITEM_TOO_LARGE', tooLarge(path, member, maxBytes)));
      return undefined;
    }
    try {
      return await use(decodeMarkup(readMember(this.#source, member)));
    } catch (error) {
      if (!(error instanceof ZipError || error instanceof SmallbatchError)) throw error;
      this.unread.set(path, toFailure(asReported(error)));
      return undefined;
    }
  }

  /** Why it is not known all that a file of settings hides; to be asked after it was read. */
  doubt(path: string): string | undefined {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (this.unread.has(path)) return `${name} can not be read`;
    return this.#malformed.has(path) ? `${name} is malformed` : undefined;
  }
}

function nameOf(entry: ZipEntry): string {
  return entry.type === 'member' ? entry.member.name : entry.name;
}

/** Of a page only the tags are looked at, one at a time. */
function maxBytesOf(path: string): number {
  if (!/\.(?:xml|qti)$/.test(path)) return Number.POSITIVE_INFINITY;
  return path.startsWith('course_settings/') ? MAX_XML_BYTES : MAX_ITEM_BYTES;
}

function tooLarge(path: string, { bytes }: ZipMember, maxBytes: number): string {
  return `${path}: ${bytes} bytes, at most ${maxBytes} are read`;
}
