import { SmallbatchError } from '../../../errors.ts';
import { readXml, type XmlElement } from '../../../xml/read.ts';
import { InlineLinkReader, type WebAddress } from './inline-link.ts';
import { type OrganizationItem, OrganizationReader } from './organization.ts';

/** One `<resource>` of imsmanifest.xml: a page, a file, an assignment … */
export interface Resource {
  readonly identifier: string;
  readonly type: string;
  readonly href: string | undefined;
  readonly files: readonly string[];
  /** Identifiers of the resources that it needs, such as its settings. */
  readonly dependencies: readonly string[];
  /** The resource that this one stands in for, for readers that do not know its type (CC 1.3). */
  readonly variantOf: string | undefined;
  readonly intendedUse: string | undefined;
  /** LOM's intended end-user role, e.g. `Instructor`. */
  readonly role: string | undefined;
  /** A link or tool that is written into the manifest itself (thin cartridges). */
  readonly inline: WebAddress | undefined;
}

/** Files of one manifest; each takes about 3 KB while the course is read, and the largest course seen has 6,000. */
const MAX_FILES = 100_000;

export interface Manifest {
  readonly title: string | undefined;
  readonly resources: readonly Resource[];
  /** The organizations' items, parents before children. */
  readonly organization: readonly OrganizationItem[];
  readonly schemaVersion: string | undefined;
}

/**
 * Parses imsmanifest.xml of Common Cartridge 1.0 to 1.4 (IMS CC Implementation, "Package Manifest"): only local names count,
 * because the namespace changes with every version. Throws SOURCE_TOO_LARGE for over 100,000 files.
 */
export async function parseManifest(chunks: AsyncIterable<string>): Promise<Manifest> {
  const reader = new ManifestReader();
  await readXml(chunks, {
    open: (element) => reader.open(element),
    close: (element, text) => reader.close(element, text),
  });
  return reader.manifest();
}

interface Draft {
  identifier: string;
  type: string;
  href: string | undefined;
  files: string[];
  dependencies: string[];
  variantOf: string | undefined;
  intendedUse: string | undefined;
  role: string | undefined;
  inline: WebAddress | undefined;
}

class ManifestReader {
  readonly #resources: Resource[] = [];
  readonly #organization = new OrganizationReader();
  readonly #inline = new InlineLinkReader();
  #title: string | undefined;
  #schemaVersion: string | undefined;
  #draft: Draft | undefined;
  #count = 0;

  open(element: XmlElement): void {
    const { name } = element;
    if (name === 'file' || name === 'resource' || name === 'item') checkCount(++this.#count);
    if (name === 'resource') this.#draft = startResource(element);
    else if (this.#draft === undefined) this.#organization.open(element);
    else this.#openInResource(this.#draft, element);
  }

  close(element: XmlElement, text: string): void {
    if (element.name === 'schemaversion') this.#schemaVersion = text.trim();
    if (this.#draft !== undefined) this.#closeInResource(this.#draft, element, text);
    else if (isGeneralTitle(element)) this.#title ??= text.trim() || undefined;
    else this.#organization.close(element, text);
  }

  manifest(): Manifest {
    return {
      title: this.#title,
      resources: this.#resources,
      organization: this.#organization.items,
      schemaVersion: this.#schemaVersion,
    };
  }

  #openInResource(draft: Draft, element: XmlElement): void {
    const reference = element.attributes.get('identifierref') ?? '';
    if (element.name === 'file') draft.files.push(hrefOf(element));
    if (element.name === 'dependency') draft.dependencies.push(reference);
    if (element.name === 'variant') draft.variantOf = reference || undefined;
    this.#inline.open(element);
  }

  #closeInResource(draft: Draft, element: XmlElement, text: string): void {
    if (isRole(element)) draft.role = text.trim();
    draft.inline = this.#inline.close(element, text) ?? draft.inline;
    if (element.name !== 'resource') return;
    this.#resources.push({ ...draft, files: draft.files.filter((file) => file !== '') });
    this.#draft = undefined;
  }
}

function checkCount(count: number): void {
  if (count <= MAX_FILES * 3) return;
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

function startResource(element: XmlElement): Draft {
  const href = hrefOf(element);
  return {
    identifier: element.attributes.get('identifier') ?? '',
    type: element.attributes.get('type') ?? '',
    href: href === '' ? undefined : href,
    files: [],
    dependencies: [],
    variantOf: undefined,
    intendedUse: element.attributes.get('intendeduse'),
    role: undefined,
    inline: undefined,
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
export function isFile(href: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:/i.test(href);
}

function isRole(element: XmlElement): boolean {
  return element.name === 'value' && element.parent?.name === 'intendedEndUserRole';
}

/** `<lom><general><title><string>`, in older versions `<langstring>`. */
function isGeneralTitle({ name, parent }: XmlElement): boolean {
  const isText = name === 'string' || name === 'langstring';
  return isText && parent?.name === 'title' && parent.parent?.name === 'general';
}
