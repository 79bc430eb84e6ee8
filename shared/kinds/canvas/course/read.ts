import type { Failure } from '../../../kind.ts';
import type { RangeSource } from '../../../range-source.ts';
import type { ZipArchive } from '../../../zip/archive.ts';
import { MANIFEST } from '../facts.ts';
import { CourseReader } from './course-reader.ts';
import { type FilesMeta, toFilesMeta } from './files-meta.ts';
import { EVENTS } from './items/calendar-item.ts';
import type { CourseItem } from './items/course-item.ts';
import { withModuleLinks } from './items/module-links.ts';
import type { PageHead } from './items/page.ts';
import { decisiveFiles, readItems, readLinkedPages } from './items/read-items.ts';
import { filesOf, type Manifest, type Resource } from './manifest.ts';
import { MemberNames } from './member-names.ts';
import { type CourseModule, moduleRecordNames, modulesOfTree, toModules } from './modules.ts';
import { type Rubric, rubricRecordNames, toRubrics } from './rubrics.ts';
import { type CourseSettings, toCourseSettings } from './settings.ts';

const SETTINGS = {
  course: 'course_settings/course_settings.xml',
  context: 'course_settings/context.xml',
  modules: 'course_settings/module_meta.xml',
  files: 'course_settings/files_meta.xml',
  groups: 'course_settings/assignment_groups.xml',
  rubrics: 'course_settings/rubrics.xml',
  events: EVENTS,
} as const;

export interface Course {
  readonly manifest: Manifest;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly settings: CourseSettings;
  /** Did Canvas write the export? Others' have no settings that say what students see. */
  readonly isCanvas: boolean;
  readonly filesMeta: FilesMeta;
  /** Set when files_meta.xml is there and can't be read, or not to its end: then no one knows all that it hides. */
  readonly filesMetaUnread: string | undefined;
  readonly modules: readonly CourseModule[];
  readonly items: readonly CourseItem[];
  /** HTML files among the course's files, with what they link to. */
  readonly linkedPages: ReadonlyMap<string, PageHead>;
  readonly rubrics: ReadonlyMap<string, Rubric>;
  /** Titles of assignment groups by identifier. */
  readonly groups: ReadonlyMap<string, string>;
  readonly names: MemberNames;
  readonly reader: CourseReader;
  /** Members that can't be read or are too large, with what to report for each. */
  readonly unread: ReadonlyMap<string, Failure>;
  readonly warnings: readonly string[];
}

/** Reads everything that decides what is published and where links lead: the manifest, the settings, and the items' own state and links. */
export async function readCourse(archive: ZipArchive, source: RangeSource, now: Date): Promise<Course> {
  const reader = new CourseReader(source);
  const names = await MemberNames.of(archive);
  await reader.find(archive, new Set([MANIFEST, ...Object.values(SETTINGS)]), names);
  const manifest = await reader.manifest(archive.memberCount);
  await names.match(archive, filesOf(manifest));
  await reader.find(archive, decisiveFiles(manifest), names);
  const settings = await readSettings(reader);
  const resources = new Map(manifest.resources.map((resource) => [resource.identifier, resource]));
  const isCanvas = [SETTINGS.course, SETTINGS.modules].some((path) => reader.has(path));
  const modules = reader.has(SETTINGS.modules)
    ? toModules(await reader.records(SETTINGS.modules, moduleRecordNames), now)
    : modulesOfTree(manifest.organization);
  const read = await readItems(manifest, { reader, resources, settings, now });
  return {
    manifest,
    resources,
    settings,
    isCanvas,
    filesMeta: toFilesMeta(await reader.records(SETTINGS.files, ['file', 'folder']), now),
    filesMetaUnread: reader.doubt(SETTINGS.files),
    ...withModuleLinks(modules, read, manifest),
    linkedPages: await readLinkedPages(manifest, reader),
    rubrics: toRubrics(await reader.records(SETTINGS.rubrics, rubricRecordNames)),
    groups: toGroups(await reader.records(SETTINGS.groups, ['assignmentGroup'])),
    names,
    reader,
    unread: reader.unread,
    warnings: reader.warnings,
  };
}

async function readSettings(reader: CourseReader): Promise<CourseSettings> {
  return toCourseSettings(
    (await reader.records(SETTINGS.course, ['course']))[0],
    (await reader.records(SETTINGS.context, ['context_info']))[0],
  );
}

function toGroups(records: Awaited<ReturnType<CourseReader['records']>>): Map<string, string> {
  return new Map(
    records.map(({ attributes, fields }) => [attributes.get('identifier') ?? '', fields.get('title') ?? '']),
  );
}
