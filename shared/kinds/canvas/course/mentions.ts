import type { Clock } from './date-lock.ts';
import { type FilesMeta, hiddenFolder } from './files-meta.ts';
import type { Manifest, Resource } from './manifest.ts';
import type { ModuleFile } from './modules.ts';
import type { Assignment, PageHead } from './page.ts';
import { belowWebResources, isTutorFile, type Mention } from './publish.ts';

export interface CourseFacts {
  readonly manifest: Manifest;
  readonly filesMeta: FilesMeta;
  /** Set when files_meta.xml is there and can't be read, or not to its end: then no one knows all that it hides. */
  readonly filesMetaUnread: string | undefined;
  readonly modules: readonly ModuleFile[];
  /** By path of the page. */
  readonly pages: ReadonlyMap<string, PageHead>;
  /** By path of the assignment_settings.xml. */
  readonly assignments: ReadonlyMap<string, Assignment>;
  readonly syllabusHidden: boolean;
  readonly tutorFolder: string;
  readonly clock: Clock;
}

/** What the four sources say, the first first; see `toPublished`. */
export function* mentionsOf(facts: CourseFacts): Generator<Mention> {
  for (const resource of facts.manifest.resources) yield* webFiles(resource, facts);
  for (const file of facts.modules) yield moduleFile(file);
  for (const resource of facts.manifest.resources) yield* listedFiles(resource, facts);
  yield* pageMentions(facts);
}

/** Files that pages link to, in all; each is held with the page's title. */
const MAX_EMBEDS = 50_000;

/** The files that active pages link to, with the title of the first that does. */
export function embedsOf(facts: CourseFacts): Map<string, string> {
  const embeds = new Map<string, string>();
  for (const { path, title = '', isActive } of pageMentions(facts)) {
    const linked = isActive ? (facts.pages.get(path)?.embeds ?? []) : [];
    const fresh = linked.filter((file) => !embeds.has(file));
    for (const file of fresh.slice(0, MAX_EMBEDS - embeds.size)) embeds.set(file, title);
  }
  return embeds;
}

function* pageMentions(facts: CourseFacts): Generator<Mention> {
  for (const resource of facts.manifest.resources) yield* page(resource, facts);
}

/** Source 1: what lies in Canvas' Files, unless files_meta.xml hides it. */
function* webFiles(resource: Resource, facts: CourseFacts): Generator<Mention> {
  if (resource.type !== 'webcontent') return;
  for (const path of resource.files) {
    const below = belowWebResources(path);
    if (below === undefined || isPage(path) || isTutorFile(path, facts.tutorFolder)) continue;
    const outBy =
      facts.filesMetaUnread ??
      hiddenFolder(facts.filesMeta.folders, below) ??
      prefixed(facts.filesMeta.files.get(resource.identifier)?.hiddenBy);
    const title = path.slice(path.lastIndexOf('/') + 1);
    yield { path, source: 'files', isActive: outBy === undefined, reason: outBy ?? 'in Files', title };
  }
}

/** Source 2. */
function moduleFile({ path, title, module, isActive }: ModuleFile): Mention {
  const reason = isActive ? `in module "${module}"` : `its item in module "${module}" is not active`;
  return { path, source: 'module', isActive, reason, title, module };
}

/** Source 3: what files_meta.xml lists as visible. */
function* listedFiles(resource: Resource, facts: CourseFacts): Generator<Mention> {
  const meta = facts.filesMeta.files.get(resource.identifier);
  if (meta === undefined) return;
  for (const path of resource.files) {
    const isTutor = isTutorFile(path, facts.tutorFolder);
    const outBy = isTutor ? 'in the tutor folder' : (facts.filesMetaUnread ?? prefixed(meta.hiddenBy));
    const reason = outBy ?? 'listed in files_meta.xml';
    yield { path, source: 'files_meta', isActive: outBy === undefined, reason, title: meta.title };
  }
}

/** Source 4: pages, assignments and the syllabus. */
function* page(resource: Resource, facts: CourseFacts): Generator<Mention> {
  const path = resource.href;
  if (path === undefined || !isPage(path)) return;
  const settings = resource.files.find((file) => file.endsWith('assignment_settings.xml'));
  const assignment = settings === undefined ? undefined : facts.assignments.get(settings);
  const head = facts.pages.get(path);
  const title = assignment?.title || head?.title || '';
  const outBy = whyPageIsOut(resource, assignment, head, facts);
  const reason = outBy ?? (assignment === undefined ? 'active page' : 'published assignment');
  yield { path, source: 'page', isActive: outBy === undefined, reason, title };
}

function whyPageIsOut(
  resource: Resource,
  assignment: Assignment | undefined,
  head: PageHead | undefined,
  facts: CourseFacts,
): string | undefined {
  if (resource.intendedUse === 'syllabus')
    return facts.syllabusHidden ? 'the syllabus is not public' : undefined;
  if (resource.role !== undefined && resource.role.toLowerCase() !== 'student')
    return `meant for the role ${resource.role}`;
  if (assignment !== undefined) return assignment.hiddenBy;
  const state = head?.workflowState;
  if (state === 'active' || state === 'published') return undefined;
  return state === undefined ? 'page without a workflow state' : `page is ${state}`;
}

function isPage(path: string): boolean {
  return path.endsWith('.html');
}

function prefixed(reason: string | undefined): string | undefined {
  return reason === undefined ? undefined : `files_meta.xml: ${reason}`;
}
