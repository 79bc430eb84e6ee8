import type { CanvasOptions, Listing } from '../schema.ts';
import { isTutorFile, type PublishedFile } from './publish.ts';
import { type CourseSettings, courseUrl } from './settings.ts';

/** The file names of Canvas' own bookkeeping: no course content, even where a module item leads to one. */
const SETTINGS_FILE =
  /(?:^imsmanifest\.xml$|^course_settings\/(?!syllabus\.html$)|(?:^|\/)assignment_settings\.xml$)/;

export interface ListingRules {
  readonly options: CanvasOptions;
  readonly settings: CourseSettings;
  readonly published: ReadonlyMap<string, PublishedFile>;
}

/** What the course says about one file, and whether it is converted. */
export function listingOf(path: string, rules: ListingRules): Listing {
  if (isTutorFile(path, rules.options.tutorFolder)) return tutorListing(path, rules.options);
  const known = rules.published.get(path);
  const base = known ?? { published: false, reason: unlistedReason(path), title: '' };
  const note = whyLeftOut(path, base.published, rules.options);
  const url = base.url ?? pageUrl(path, rules.settings);
  return {
    published: base.published,
    reason: note === undefined ? base.reason : `${base.reason}; ${note}`,
    title: base.title,
    ...(base.module === undefined ? {} : { module: base.module }),
    ...(url === undefined ? {} : { url }),
    kind: 'content',
    excluded:
      note !== undefined ||
      SETTINGS_FILE.test(path) ||
      (!base.published && rules.options.unpublished === 'exclude'),
  };
}

/** `<tutor folder>/<problem title>/<file…>`; a file straight in the folder belongs to no problem. */
function tutorListing(path: string, options: CanvasOptions): Listing {
  const below = path.slice(options.tutorFolder.replace(/\/+$/, '').length + 1);
  const slash = below.indexOf('/');
  const name = below.slice(slash + 1);
  const kind = name.toLowerCase().includes('solution') ? 'solution' : 'problem';
  const base = { published: false, title: fileName(path) };
  if (slash === -1) {
    const reason = 'straight in the tutor folder: expected a folder with the problem’s title';
    return { ...base, kind: 'content', reason, excluded: true };
  }
  const problemTitle = below.slice(0, slash);
  const draft = isDraft(path, options);
  const reason = `${kind} of "${problemTitle}" in the tutor folder${draft ? '; in a draft folder' : ''}`;
  return { ...base, kind, problemTitle, reason, excluded: draft };
}

function unlistedReason(path: string): string {
  return SETTINGS_FILE.test(path) ? 'settings of the course' : 'no module, page or file list publishes it';
}

/** A remark where the reason alone would not say why a file is not converted. */
function whyLeftOut(path: string, published: boolean, options: CanvasOptions): string | undefined {
  if (SETTINGS_FILE.test(path)) return published ? 'settings, no content' : undefined;
  return isDraft(path, options) ? 'in a draft folder' : undefined;
}

/** Folders only: "rough-draft-1.html" is an assignment like any other. */
function isDraft(path: string, options: CanvasOptions): boolean {
  const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  return options.draft !== '' && folder.includes(options.draft);
}

/** Canvas names a page's file as it names the page. */
function pageUrl(path: string, settings: CourseSettings): string | undefined {
  const slug = /^wiki_content\/([^/]+)\.html$/.exec(path)?.[1];
  const url = courseUrl(settings);
  return slug === undefined || url === undefined ? undefined : `${url}pages/${encodeURIComponent(slug)}`;
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
