import pMap from 'p-map';
import { newFailure, SmallbatchError, toFailure } from '../../../errors.ts';
import type { Failure } from '../../../kind.ts';
import type { RangeSource } from '../../../range-source.ts';
import { decodeText } from '../../../text/decode.ts';
import { type XmlRecord, xmlRecords } from '../../../xml/records.ts';
import type { ZipArchive, ZipMember } from '../../../zip/archive.ts';
import { ZipError } from '../../../zip/errors.ts';
import { readMember } from '../../../zip/member.ts';
import { asReported } from '../../zip-entries.ts';
import { MANIFEST } from '../facts.ts';
import type { Clock } from './date-lock.ts';
import { type Manifest, parseManifest, type Resource } from './manifest.ts';
import type { CourseFacts } from './mentions.ts';
import { type Assignment, type PageHead, readPageHead, toAssignment } from './page.ts';

/** One of the course's own XML files; the largest module_meta.xml seen has 2 MB. */
const MAX_XML_BYTES = 32 * 1024 * 1024;
/** Pages read at once; each holds one chunk of the archive (4 MB at most) and one tag. */
const PAGES_AT_ONCE = 8;

/** Reads members by name; one that can't be read is noted, not thrown. */
export class CourseReader {
  readonly unread = new Map<string, Failure>();
  readonly warnings: string[] = [];
  readonly #malformed = new Set<string>();
  readonly #source: RangeSource;
  readonly #members = new Map<string, ZipMember>();

  constructor(source: RangeSource) {
    this.#source = source;
  }

  async find(
    archive: ZipArchive,
    names: ReadonlySet<string>,
    aliases: ReadonlyMap<string, string> = new Map(),
  ): Promise<void> {
    for await (const entry of archive.entries()) {
      if (entry.type !== 'member') continue;
      const listed = aliases.get(entry.member.name) ?? entry.member.name;
      if (names.has(listed)) this.#members.set(listed, entry.member);
    }
  }

  /** Without it nothing is known about the course, so here an error is thrown. */
  async manifest(memberCount: number): Promise<Manifest> {
    const text = this.#text(MANIFEST);
    if (text !== undefined) return await parseManifest(text);
    const found = `found ${memberCount} members without it`;
    throw new SmallbatchError(
      'MEMBER_MISSING',
      `expected ${MANIFEST} at the top of a course archive, ${found}`,
    );
  }

  async records(path: string, names: readonly string[]): Promise<readonly XmlRecord[]> {
    const text = this.#text(path);
    if (text === undefined) return [];
    const read = await this.#attempt(path, () => xmlRecords(text, names));
    if (read?.firstProblem !== undefined) {
      this.#malformed.add(path);
      this.warnings.push(`${path}: ${read.firstProblem}`);
    }
    return read?.records ?? [];
  }

  /** Why it is not known all that a file of settings hides; to be asked after it was read. */
  doubt(path: string): string | undefined {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (this.unread.has(path)) return `${name} can not be read`;
    return this.#malformed.has(path) ? `${name} is malformed` : undefined;
  }

  async pages(
    resources: readonly Resource[],
    clock: Clock,
  ): Promise<Pick<CourseFacts, 'pages' | 'assignments'>> {
    const pages = new Map<string, PageHead>();
    const assignments = new Map<string, Assignment>();
    await pMap(resources, (resource) => this.#page(resource, clock, pages, assignments), {
      concurrency: PAGES_AT_ONCE,
    });
    return { pages, assignments };
  }

  async #page(
    { href, files }: Resource,
    clock: Clock,
    pages: Map<string, PageHead>,
    assignments: Map<string, Assignment>,
  ): Promise<void> {
    if (href === undefined || !href.endsWith('.html')) return;
    const html = this.#text(href);
    const head = html === undefined ? undefined : await this.#attempt(href, () => readPageHead(html));
    if (head !== undefined) pages.set(href, head);
    const settings = files.find((file) => file.endsWith('assignment_settings.xml'));
    if (settings === undefined || !this.#members.has(settings)) return;
    const [record] = await this.records(settings, ['assignment']);
    const { title, hiddenBy } = toAssignment(record, clock);
    assignments.set(settings, { title, hiddenBy: hiddenBy ?? this.doubt(settings) });
  }

  #text(path: string): AsyncIterable<string> | undefined {
    const member = this.#members.get(path);
    if (member === undefined) return undefined;
    if (!path.endsWith('.xml') || member.bytes <= MAX_XML_BYTES)
      return decodeText(readMember(this.#source, member));
    const message = `${path}: ${member.bytes} bytes, at most ${MAX_XML_BYTES} are read`;
    this.unread.set(path, newFailure('ITEM_TOO_LARGE', message));
    return undefined;
  }

  async #attempt<T>(path: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ZipError || error instanceof SmallbatchError)) throw error;
      this.unread.set(path, toFailure(asReported(error)));
      return undefined;
    }
  }
}
