import type { Failure } from '../../../kind.ts';
import type { RangeSource } from '../../../range-source.ts';
import type { ZipArchive } from '../../../zip/archive.ts';
import { MANIFEST } from '../facts.ts';
import { CourseReader } from './course-reader.ts';
import { isTimeZone } from './date-lock.ts';
import { toFilesMeta } from './files-meta.ts';
import { filesOf, type Manifest } from './manifest.ts';
import type { CourseFacts } from './mentions.ts';
import { toModuleFiles } from './modules.ts';
import { NameMatch } from './names.ts';
import { type CourseSettings, toCourseSettings } from './settings.ts';

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
