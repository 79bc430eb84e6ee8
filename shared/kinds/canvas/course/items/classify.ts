import type { Manifest, Resource } from '../manifest.ts';

/** What a resource of the manifest is read as. */
export type ResourceClass =
  | 'page'
  | 'assignment'
  | 'cc-assignment'
  | 'quiz'
  | 'bank'
  | 'topic'
  | 'link'
  | 'tool'
  | 'syllabus'
  | 'settings'
  | 'file';

export const SYLLABUS = 'course_settings/syllabus.html';
const QUESTIONS = /^non_cc_assessments\/|\.qti$/;

/** Types begin alike in every version of Common Cartridge: `imsdt_xmlv1p1`, `imsdt_xmlv1p3`. */
const BY_TYPE: readonly (readonly [RegExp, ResourceClass])[] = [
  [/^assignment_xmlv/, 'cc-assignment'],
  [/^imsqti.*\/question-bank$/, 'bank'],
  [/^imsqti/, 'quiz'],
  [/^imsdt_/, 'topic'],
  [/^imswl_/, 'link'],
  [/^imsbasiclti_/, 'tool'],
];

/** Identifiers of the resources that only say more about another one. */
export function dependenciesOf(manifest: Manifest): Set<string> {
  return new Set(manifest.resources.flatMap(({ dependencies }) => dependencies));
}

export function classify(resource: Resource, dependencies: ReadonlySet<string>): ResourceClass {
  const { type, href, intendedUse } = resource;
  if (intendedUse === 'syllabus' || href === SYLLABUS) return 'syllabus';
  if (mainFile(resource)?.startsWith('lti_resource_links/')) return 'settings';
  const known = BY_TYPE.find(([pattern]) => pattern.test(type))?.[1];
  return known ?? classifyByFiles(resource, dependencies);
}

/** What Canvas writes without a type of its own. */
function classifyByFiles(resource: Resource, dependencies: ReadonlySet<string>): ResourceClass {
  const { href = '', variantOf } = resource;
  if (isPage(href) && settingsOf(resource) !== undefined) return 'assignment';
  if (variantOf !== undefined || isSettings(resource, dependencies)) return 'settings';
  if (isAssociated(resource) && QUESTIONS.test(href)) return 'bank';
  return isPage(href) && !href.startsWith('web_resources/') ? 'page' : 'file';
}

function isSettings(resource: Resource, dependencies: ReadonlySet<string>): boolean {
  const { href = '', identifier } = resource;
  if (href.startsWith('course_settings/')) return true;
  return isAssociated(resource) && dependencies.has(identifier) && /\.(?:xml|qti)$/.test(href);
}

function isAssociated({ type }: Resource): boolean {
  return type.startsWith('associatedcontent/');
}

/** The assignment_settings.xml beside an assignment's text. */
export function settingsOf({ files }: Resource): string | undefined {
  return files.find((file) => file.endsWith('assignment_settings.xml'));
}

export function isPage(path: string | undefined): boolean {
  return path !== undefined && /\.x?html?$/i.test(path);
}

/** The file of a resource that is not known by an `href`. */
export function mainFile({ href, files }: Resource): string | undefined {
  return href ?? files[0];
}

/** The files of the resources that a resource depends on. */
export function dependentFiles(resource: Resource, resources: ReadonlyMap<string, Resource>): string[] {
  return resource.dependencies.flatMap((identifier) => resources.get(identifier)?.files ?? []);
}

/** Canvas' own QTI, which has all questions, among the files that belong to a quiz. */
export function questionsFile(files: readonly string[]): string | undefined {
  return files.find((file) => QUESTIONS.test(file));
}
