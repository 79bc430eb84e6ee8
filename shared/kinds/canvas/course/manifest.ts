import { SmallbatchError } from '../../../errors.ts';
import { readXml, type XmlElement } from '../../../xml/read.ts';

/** One `<resource>` of imsmanifest.xml: a page, a file, an assignment … */
export interface Resource {
  readonly identifier: string;
  readonly type: string;
  readonly href: string | undefined;
  readonly files: readonly string[];
  readonly intendedUse: string | undefined;
  /** LOM's intended end-user role, e.g. `Instructor`. */
  readonly role: string | undefined;
}

/** Files of one manifest; each takes about 3 KB while the course is read, and the largest course seen has 6,000. */
const MAX_FILES = 100_000;

export interface Manifest {
  readonly resources: readonly Resource[];
  /** `identifierref` of every item of the organizations. */
  readonly references: ReadonlySet<string>;
  readonly schemaVersion: string | undefined;
}

/**
 * Parses imsmanifest.xml of Common Cartridge 1.0 to 1.4 (IMS CC Implementation, "Package Manifest"): only local names count,
 * because the namespace changes with every version. Throws SOURCE_TOO_LARGE for over 100,000 files.
 */
export async function parseManifest(chunks: AsyncIterable<string>): Promise<Manifest> {
  const resources: Resource[] = [];
  const references = new Set<string>();
  let draft: Draft | undefined;
  let files = 0;
  let schemaVersion: string | undefined;
  await readXml(chunks, {
    open(element) {
      if (element.name === 'file' || element.name === 'resource') checkCount(++files);
      if (element.name === 'resource') draft = startResource(element);
      else if (element.name === 'file') draft?.files.push(hrefOf(element));
      else if (element.name === 'item') addReference(references, element);
    },
    close(element, text) {
      if (element.name === 'schemaversion') schemaVersion = text.trim();
      if (isRole(element) && draft !== undefined) draft.role = text.trim();
      if (element.name === 'resource' && draft !== undefined) {
        resources.push({ ...draft, files: draft.files.filter((file) => file !== '') });
        draft = undefined;
      }
    },
  });
  return { resources, references, schemaVersion };
}

function checkCount(files: number): void {
  if (files <= MAX_FILES * 2) return;
  throw new SmallbatchError('SOURCE_TOO_LARGE', `the course names over ${MAX_FILES} resources and files`);
}

/** Every file that the manifest names, in its order, once. */
export function filesOf(manifest: Manifest): Set<string> {
  const named = new Set<string>();
  for (const resource of manifest.resources) {
    if (resource.href !== undefined && isFile(resource.href)) named.add(resource.href);
    for (const file of resource.files) if (isFile(file)) named.add(file);
  }
  return named;
}

interface Draft {
  identifier: string;
  type: string;
  href: string | undefined;
  files: string[];
  intendedUse: string | undefined;
  role: string | undefined;
}

function startResource(element: XmlElement): Draft {
  const href = hrefOf(element);
  return {
    identifier: element.attributes.get('identifier') ?? '',
    type: element.attributes.get('type') ?? '',
    href: href === '' ? undefined : href,
    files: [],
    intendedUse: element.attributes.get('intendeduse'),
    role: undefined,
  };
}

/** An `href` is relative to the `xml:base` of the element and of those around it. */
function hrefOf(element: XmlElement): string {
  const href = (element.attributes.get('href') ?? '').trim();
  if (href === '' || !isFile(href)) return href;
  let path = href;
  for (let at: XmlElement | undefined = element; at !== undefined; at = at.parent) {
    const base = at.attributes.get('base')?.trim();
    if (base) path = `${base.replace(/\/$/, '')}/${path}`;
  }
  return path.replace(/^(?:\.?\/)+/, '');
}

/** A web link's resource has an absolute address, which is no file of the archive. */
function isFile(href: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:/i.test(href);
}

function addReference(references: Set<string>, element: XmlElement): void {
  const reference = element.attributes.get('identifierref');
  if (reference) references.add(reference);
}

function isRole(element: XmlElement): boolean {
  return element.name === 'value' && element.parent?.name === 'intendedEndUserRole';
}
