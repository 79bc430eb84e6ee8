import pMap from 'p-map';
import { SmallbatchError, toFailure } from '../../../errors.ts';
import type { Failure } from '../../../kind.ts';
import { decodeText } from '../../../text/decode.ts';
import { type XmlRecord, xmlRecords } from '../../../xml/records.ts';
import type { ZipArchive, ZipMember } from '../../../zip/archive.ts';
import { ZipError } from '../../../zip/errors.ts';
import { readMember } from '../../../zip/member.ts';
import type { RangeSource } from '../../../zip/range-source.ts';
import { asReported } from '../../../zip-entries.ts';
import { type Clock, isTimeZone } from './date-lock.ts';
import { toFilesMeta } from './files-meta.ts';
import { filesOf, type Manifest, parseManifest, type Resource } from './manifest.ts';
import type { CourseFacts } from './mentions.ts';
import { toModuleFiles } from './modules.ts';
import { NameMatch } from './names.ts';
import { type Assignment, type PageHead, readPageHead, toAssignment } from './page.ts';
import { type CourseSettings, toCourseSettings } from './settings.ts';

export const MANIFEST = 'imsmanifest.xml';
/** One of the course's own XML files; the largest module_meta.xml seen has 2 MB. */
const MAX_XML_BYTES = 32 * 1024 * 1024;
/** Pages read at once; each holds one chunk of the archive (4 MB at most) and one tag. */
const PAGES_AT_ONCE = 8;

const SETTINGS = {
  course: 'course_settings/course_settings.xml',
  context: 'course_settings/context.xml',
  modules: 'course_settings/module_meta.xml',
  files: 'course_settings/files_meta.xml',
} as const;

export interface Course {
  readonly facts: CourseFacts;
  readonly settings: CourseSettings;
  /** Members that can't be read or are too large, with what to report for each. */
  readonly unread: ReadonlyMap<string, Failure>;
  readonly warnings: readonly string[];
  /** The manifest's name by the member's, where they are not spelled alike. */
  readonly aliases: ReadonlyMap<string, string>;
}

export interface CourseRules {
  readonly now: Date;
  /** Where the course names none. */
  readonly timeZone: string;
  readonly tutorFolder: string;
}

/** Reads everything that decides what is published: the manifest, the settings, and each page's head. */
export async function readCourse(
  archive: ZipArchive,
  source: RangeSource,
  rules: CourseRules,
): Promise<Course> {
  const reader = new CourseReader(source);
  await reader.find(archive, new Set([MANIFEST, ...Object.values(SETTINGS)]));
  const manifest = await reader.manifest(archive.memberCount);
  const aliases = await aliasesOf(archive, manifest);
  await reader.find(archive, decisiveFiles(manifest), aliases);
  const settings = toCourseSettings(
    (await reader.records(SETTINGS.course, ['course']))[0],
    (await reader.records(SETTINGS.context, ['context_info']))[0],
  );
  const clock = { now: rules.now, timeZone: zoneOf(settings, rules) };
  const resources = new Map(manifest.resources.map((resource) => [resource.identifier, resource]));
  const facts: CourseFacts = {
    manifest,
    filesMeta: toFilesMeta(await reader.records(SETTINGS.files, ['file', 'folder']), clock),
    filesMetaUnread: reader.doubt(SETTINGS.files),
    modules: toModuleFiles(await reader.records(SETTINGS.modules, ['module', 'item']), manifest, resources),
    ...(await reader.pages(manifest.resources, clock)),
    syllabusHidden: settings.syllabusHidden,
    tutorFolder: rules.tutorFolder,
    clock,
  };
  return { facts, settings, unread: reader.unread, warnings: reader.warnings, aliases };
}

async function aliasesOf(archive: ZipArchive, manifest: Manifest): Promise<Map<string, string>> {
  const match = new NameMatch(filesOf(manifest));
  for await (const entry of archive.entries())
    if (entry.type === 'member') match.addMember(entry.member.name);
  return match.aliases();
}

/** Pages and assignments: their content decides what is published. */
function decisiveFiles(manifest: Manifest): Set<string> {
  const names = new Set<string>();
  for (const { href, files } of manifest.resources) {
    if (href?.endsWith('.html')) names.add(href);
    for (const file of files) if (file.endsWith('assignment_settings.xml')) names.add(file);
  }
  return names;
}

function zoneOf(settings: CourseSettings, rules: CourseRules): string {
  const { timeZone } = settings;
  return timeZone !== undefined && isTimeZone(timeZone) ? timeZone : rules.timeZone;
}

/** Reads members by name; one that can't be read is noted, not thrown. */
class CourseReader {
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
    this.unread.set(path, { code: 'ITEM_TOO_LARGE', message });
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
