/** What a link in a course's HTML names, as far as its own text says. `fragment` begins with `#`, or is empty. */
export type Named =
  /** A file in Canvas' Files, or below the archive's root. */
  | { readonly type: 'file'; readonly path: string; readonly fragment: string }
  /** A wiki page by its name in the address, its identifier or its title. */
  | { readonly type: 'page'; readonly name: string; readonly fragment: string }
  /** Anything that the manifest, the modules or the settings give an identifier. */
  | { readonly type: 'object'; readonly identifier: string; readonly fragment: string }
  | { readonly type: 'modules' }
  | { readonly type: 'syllabus' }
  /** A page that Canvas makes (grades, people …), by its path below the course's address. */
  | { readonly type: 'course'; readonly path: string }
  /** A path on the Canvas host. */
  | { readonly type: 'host'; readonly path: string }
  /** Relative to the page that has the link. */
  | { readonly type: 'relative'; readonly path: string; readonly fragment: string }
  | { readonly type: 'unknown' }
  /** Leads somewhere by itself: another host, a mail, a place in the same page. */
  | { readonly type: 'elsewhere' };

/** Canvas writes these tokens in place of its own addresses; each may be percent-encoded (`%24`). Others write IMS' older and newer spelling. */
const TOKEN = /^(?:\$|%24)([\w-]+)(?:\$|%24)(.*)$/s;
const FILE_BASE = /^(?:IMS|1EdTech)[-_]CC[-_]FILEBASE$/i;
const SCHEME = /^(?:[a-z][a-z0-9+.-]*:|\/\/|#)/i;

/** What a link names. Pure: looks nothing up. */
export function namedBy(link: string): Named {
  const trimmed = link.trim();
  if (trimmed === '' || SCHEME.test(trimmed)) return { type: 'elsewhere' };
  const match = TOKEN.exec(trimmed);
  if (match === null) return plainLink(trimmed);
  const [, token = '', after = ''] = match;
  const rest = after.replace(/^\/+/, '');
  if (FILE_BASE.test(token)) return fileLink(rest);
  if (token === 'WIKI_REFERENCE') return pageLink(rest);
  if (token === 'CANVAS_OBJECT_REFERENCE') return objectLink(rest);
  if (token === 'CANVAS_COURSE_REFERENCE') return courseLink(rest);
  return { type: 'unknown' };
}

function plainLink(link: string): Named {
  // the picture of a formula; its text is the formula
  if (link.includes('/equation_images/')) return { type: 'elsewhere' };
  if (link.startsWith('/')) return { type: 'host', path: link };
  const { path, fragment } = parts(link);
  return { type: 'relative', path: decoded(path), fragment };
}

/** Canvas appends what its own viewer needs; of a media player's link the query names the file. */
function fileLink(rest: string): Named {
  const { path, query, fragment } = parts(rest);
  const media = /(?:^|&)mediahref=\/?([^&?]+)/.exec(query)?.[1];
  return { type: 'file', path: decoded(media ?? path), fragment };
}

function pageLink(rest: string): Named {
  const { path, fragment } = parts(rest);
  const name = /^(?:pages|wiki)\/(.+)$/.exec(path)?.[1];
  if (name === undefined) return { type: 'course', path: 'pages' };
  return { type: 'page', name: decoded(name), fragment };
}

function objectLink(rest: string): Named {
  const { path, fragment } = parts(rest);
  const [kind = '', identifier = ''] = path.split('/');
  if (kind === 'pages' || kind === 'wiki') return { type: 'page', name: decoded(identifier), fragment };
  return { type: 'object', identifier, fragment };
}

function courseLink(rest: string): Named {
  const { path, fragment } = parts(rest);
  if (path === 'assignments/syllabus') return { type: 'syllabus' };
  if (path === 'modules' || path === 'modules/') return { type: 'modules' };
  const identifier = /^(?:modules\/items|modules|file_ref)\/([^/]+)/.exec(path)?.[1];
  if (identifier !== undefined) return { type: 'object', identifier, fragment };
  const page = /^(?:pages|wiki)\/(.+)$/.exec(path)?.[1];
  return page === undefined
    ? { type: 'course', path: rest }
    : { type: 'page', name: decoded(page), fragment };
}

function parts(link: string): { path: string; query: string; fragment: string } {
  const [, path = '', query = '', fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(link) ?? [];
  return { path, query, fragment };
}

/** Percent-encoding undone; a text that is none stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
