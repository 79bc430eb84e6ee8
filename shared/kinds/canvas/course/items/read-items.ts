import pMap from 'p-map';
import type { CourseReader } from '../course-reader.ts';
import type { Manifest, Resource } from '../manifest.ts';
import { TABS } from '../settings.ts';
import { assignmentItem, commonAssignmentItem } from './assignment-item.ts';
import { calendarItem } from './calendar-item.ts';
import {
  classify,
  dependenciesOf,
  dependentFiles,
  isPage,
  mainFile,
  questionsFile,
  type ResourceClass,
  settingsOf,
} from './classify.ts';
import { type CourseItem, courseItem } from './course-item.ts';
import type { ItemRules } from './item-rules.ts';
import { linkItem } from './link-item.ts';
import type { PageHead } from './page.ts';
import { quizItem } from './quiz-item.ts';
import { roleReason } from './role.ts';
import { topicItem } from './topic-item.ts';

/** Items read at once; each holds one chunk of the archive (4 MB at most) and one tag or one XML file. */
const ITEMS_AT_ONCE = 8;

/** The course's items in the order of the manifest; files are no items, and neither is what only belongs to one. */
export async function readItems(manifest: Manifest, rules: ItemRules): Promise<CourseItem[]> {
  const dependencies = dependenciesOf(manifest);
  const read = await pMap(
    manifest.resources,
    async (resource) => await readItem(resource, classify(resource, dependencies), rules),
    { concurrency: ITEMS_AT_ONCE },
  );
  const calendar = await calendarItem(rules.reader);
  return [...read, calendar].filter((item) => item !== undefined);
}

async function readItem(
  resource: Resource,
  kind: ResourceClass,
  rules: ItemRules,
): Promise<CourseItem | undefined> {
  switch (kind) {
    case 'page':
      return await pageItem(resource, rules);
    case 'syllabus':
      return await syllabusItem(resource, rules);
    case 'assignment':
      return await assignmentItem(resource, rules);
    case 'cc-assignment':
      return await commonAssignmentItem(resource, rules);
    case 'quiz':
      return await quizItem(resource, rules);
    case 'topic':
      return await topicItem(resource, rules);
    case 'link':
    case 'tool':
      return await linkItem(resource, kind, rules);
    case 'bank':
      return bankItem(resource);
    case 'settings':
    case 'file':
      return undefined;
    default:
      return kind satisfies never;
  }
}

async function pageItem(resource: Resource, { reader }: ItemRules): Promise<CourseItem | undefined> {
  const path = resource.href;
  if (path === undefined) return undefined;
  const head = await reader.pageHead(path);
  const { identifier } = resource;
  const isListed = head?.isFrontPage === true;
  return courseItem(
    { type: 'page', identifier, path, title: head?.title ?? '' },
    {
      closedBy: roleReason(resource) ?? stateReason(head?.workflowState),
      unknownBy: head?.workflowState === undefined ? 'page without a workflow state' : undefined,
      tab: isListed ? undefined : TABS.pages,
      links: head?.links ?? [],
    },
  );
}

function stateReason(state: string | undefined): string | undefined {
  const isOpen = state === undefined || state === 'active' || state === 'published';
  return isOpen ? undefined : `page is ${state}`;
}

async function syllabusItem(resource: Resource, rules: ItemRules): Promise<CourseItem | undefined> {
  const path = mainFile(resource);
  if (path === undefined || !isPage(path)) return undefined;
  const head = await rules.reader.pageHead(path);
  const { identifier } = resource;
  return courseItem(
    { type: 'syllabus', identifier, path, title: head?.title ?? '' },
    {
      closedBy: rules.settings.syllabusHidden ? 'the syllabus is hidden' : undefined,
      links: head?.links ?? [],
    },
  );
}

function bankItem(resource: Resource): CourseItem | undefined {
  const path = mainFile(resource);
  if (path === undefined) return undefined;
  const { identifier } = resource;
  const closedBy = 'question bank: students see what their quizzes draw from it';
  return courseItem({ type: 'bank', identifier, path, title: '' }, { closedBy });
}

/** Files whose content decides what is published, or where links lead. */
export function decisiveFiles(manifest: Manifest): Set<string> {
  const dependencies = dependenciesOf(manifest);
  const resources = new Map(manifest.resources.map((resource) => [resource.identifier, resource]));
  const files = manifest.resources.flatMap((resource) =>
    filesToRead(resource, classify(resource, dependencies), resources),
  );
  return new Set(files.filter((file) => file !== undefined));
}

function filesToRead(
  resource: Resource,
  kind: ResourceClass,
  resources: ReadonlyMap<string, Resource>,
): (string | undefined)[] {
  switch (kind) {
    case 'settings':
    case 'bank':
      return [mainFile(resource)];
    case 'file':
      return resource.files.filter(isPage);
    case 'assignment':
      return [resource.href, settingsOf(resource)];
    case 'quiz': {
      const beside = [...resource.files, ...dependentFiles(resource, resources)];
      return [mainFile(resource), questionsFile(beside), ...beside.filter((file) => file.endsWith('.xml'))];
    }
    default:
      return [mainFile(resource), ...dependentFiles(resource, resources)];
  }
}

/** HTML among the course's files: they may lead to other files. */
export async function readLinkedPages(
  manifest: Manifest,
  reader: CourseReader,
): Promise<Map<string, PageHead>> {
  const dependencies = dependenciesOf(manifest);
  const files = manifest.resources
    .filter((resource) => classify(resource, dependencies) === 'file')
    .flatMap((resource) => resource.files.filter(isPage));
  const heads = await pMap(files, async (path) => [path, await reader.pageHead(path)] as const, {
    concurrency: ITEMS_AT_ONCE,
  });
  return new Map(heads.filter((each): each is [string, PageHead] => each[1] !== undefined));
}
