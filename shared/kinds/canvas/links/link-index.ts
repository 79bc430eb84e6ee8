import { SYLLABUS } from '../course/items/classify.ts';
import { filesOf, isFile } from '../course/manifest.ts';
import type { Course } from '../course/read.ts';
import { courseUrl } from '../course/settings.ts';
import { anchorsOf } from './anchors.ts';
import { folderOf, normalizedPath, PathIndex } from './paths.ts';
import { type Named, namedBy } from './token.ts';

/** Where a link leads, as far as the course knows. */
export type LinkTarget =
  /** A file or item of the course, by its path there. */
  | { readonly type: 'path'; readonly path: string; readonly fragment: string }
  /** The outline, at one of its modules. */
  | { readonly type: 'modules'; readonly fragment: string }
  | { readonly type: 'url'; readonly url: string }
  | { readonly type: 'elsewhere' }
  | { readonly type: 'dead'; readonly why: string };

/** Finds where the links of a course lead. */
export class LinkIndex {
  readonly #paths = new PathIndex();
  readonly #pages = new PathIndex();
  readonly #byIdentifier = new Map<string, LinkTarget>();
  readonly #byTitle = new Map<string, string>();
  readonly #missing: ReadonlySet<string>;
  readonly #courseUrl: string | undefined;
  readonly #hostUrl: string | undefined;

  /** `isShown`: do students see the modules that are published? */
  constructor(course: Course, isShown: boolean) {
    const { manifest, names, settings } = course;
    for (const path of filesOf(manifest)) this.#addPath(path);
    this.#missing = names.missing;
    this.#courseUrl = courseUrl(settings);
    this.#hostUrl = settings.domain === undefined ? undefined : `https://${settings.domain}`;
    this.#addResources(course);
    this.#addItems(course);
    this.#addModules(course, isShown);
  }

  /** `from`: path of the item that has the link. A file that the archive lacks is found, too. */
  target(link: string, from: string): LinkTarget {
    return this.#found(namedBy(link), from);
  }

  /** The same for readers: what the archive lacks is a dead end. */
  find(link: string, from: string): LinkTarget {
    const target = this.target(link, from);
    const isMissing = target.type === 'path' && this.#missing.has(target.path);
    return isMissing ? dead('the archive does not have the file') : target;
  }

  #found(named: Named, from: string): LinkTarget {
    switch (named.type) {
      case 'elsewhere':
        return named;
      case 'file':
        return this.#file(named.path, named.fragment, from);
      case 'page':
        return this.#page(named.name, named.fragment);
      case 'object':
        return this.#object(named.identifier, named.fragment);
      case 'modules':
        return { type: 'modules', fragment: '' };
      case 'syllabus':
        return this.#path(SYLLABUS, '') ?? this.#onCanvas('assignments/syllabus');
      case 'course':
        return this.#onCanvas(named.path);
      case 'host':
        return this.#host(named.path);
      case 'relative':
        return this.#relative(named.path, named.fragment, from);
      case 'unknown':
        return dead('no such token is known');
      default:
        return named satisfies never;
    }
  }

  #addPath(path: string): void {
    this.#paths.add(path);
    const page = /^wiki_content\/(.+)\.html$/.exec(path)?.[1];
    if (page !== undefined) this.#pages.add(page);
  }

  #addResources({ manifest }: Course): void {
    for (const { identifier, href, files } of manifest.resources) {
      const path = href ?? files[0];
      if (path !== undefined && isFile(path))
        this.#byIdentifier.set(identifier, { type: 'path', path, fragment: '' });
    }
  }

  #addItems({ items }: Course): void {
    for (const { identifier, path, aliases, type, title, url } of items) {
      const target: LinkTarget =
        type === 'link' && url !== undefined ? { type: 'url', url } : { type: 'path', path, fragment: '' };
      for (const name of [identifier, ...aliases]) this.#byIdentifier.set(name, target);
      if (type === 'page' && !this.#byTitle.has(title)) this.#byTitle.set(title, path);
    }
  }

  /** modules.md has the course's title and the modules that students see as its headings. */
  #addModules({ modules, settings, manifest }: Course, isShown: boolean): void {
    const shown = modules.filter(({ isActive }) => isShown && isActive);
    const title = settings.title ?? manifest.title ?? 'Modules';
    const [, ...anchors] = anchorsOf([title, ...shown.map((module) => module.title)]);
    for (const module of modules) {
      const { identifier, items } = module;
      const anchor = anchors[shown.indexOf(module)];
      const target: LinkTarget =
        anchor === undefined
          ? dead('the module is not published')
          : { type: 'modules', fragment: `#${anchor}` };
      this.#byIdentifier.set(identifier, target);
      for (const item of items) {
        const target = this.#byIdentifier.get(item.reference);
        if (target !== undefined && !this.#byIdentifier.has(item.identifier))
          this.#byIdentifier.set(item.identifier, target);
      }
    }
  }

  #path(path: string, fragment: string): LinkTarget | undefined {
    const found = this.#paths.find(path);
    return found === undefined ? undefined : { type: 'path', path: found, fragment };
  }

  #file(path: string, fragment: string, from: string): LinkTarget {
    return (
      this.#path(normalizedPath(`web_resources/${path}`), fragment) ??
      this.#path(normalizedPath(path), fragment) ??
      this.#path(normalizedPath(folderOf(from) + path), fragment) ??
      dead('the course has no such file')
    );
  }

  #page(name: string, fragment: string): LinkTarget {
    const page = this.#pages.find(name) ?? this.#pages.find(slugOf(name));
    const path = page === undefined ? this.#byTitle.get(name) : `wiki_content/${page}.html`;
    if (path !== undefined) return { type: 'path', path, fragment };
    const known = this.#byIdentifier.get(name);
    return known === undefined ? dead('the course has no such page') : withFragment(known, fragment);
  }

  #object(identifier: string, fragment: string): LinkTarget {
    const known = this.#byIdentifier.get(identifier);
    return known === undefined
      ? dead('the course has nothing of this identifier')
      : withFragment(known, fragment);
  }

  #relative(path: string, fragment: string, from: string): LinkTarget {
    const folder = folderOf(from);
    return (
      this.#path(normalizedPath(folder + path), fragment) ??
      (folder === 'wiki_content/' ? this.#path(`wiki_content/${path}.html`, fragment) : undefined) ??
      dead('the course has no such file')
    );
  }

  #onCanvas(path: string): LinkTarget {
    if (this.#courseUrl !== undefined) return { type: 'url', url: this.#courseUrl + path };
    return dead('a page of Canvas, whose address the export does not say');
  }

  #host(path: string): LinkTarget {
    if (this.#hostUrl !== undefined) return { type: 'url', url: this.#hostUrl + path };
    return dead('a page of Canvas, whose address the export does not say');
  }
}

function dead(why: string): LinkTarget {
  return { type: 'dead', why };
}

function withFragment(target: LinkTarget, fragment: string): LinkTarget {
  return target.type === 'path' && fragment !== '' ? { ...target, fragment } : target;
}

/** How Canvas makes a page's address of its title, as far as English goes. */
function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}
