import { outputPath } from '../formats.ts';
import type { CanvasOptions } from '../options.ts';
import type { Listing } from '../schema.ts';
import { belongings } from './belongings.ts';
import type { CourseItem } from './items/course-item.ts';
import { UNLISTED } from './judge/files.ts';
import type { Judged } from './judge/judge.ts';
import type { Verdict } from './judge/verdict.ts';
import type { MemberNames } from './member-names.ts';
import type { Course } from './read.ts';
import { type CourseSettings, courseUrl } from './settings.ts';

/** Canvas' own bookkeeping: no course content, even where a module item leads to it. */
const SETTINGS_FILE =
  /(?:^imsmanifest\.xml$|^course_settings\/(?!syllabus\.html$|events\.xml$)|(?:^|\/)assignment_settings\.xml$|^lti_resource_links\/)/;

export interface ListingRules {
  readonly options: CanvasOptions;
  readonly settings: CourseSettings;
  readonly names: MemberNames;
  readonly judged: Judged;
  /** What only belongs to an item, by its path: why it is listed apart. */
  readonly belongings: ReadonlyMap<string, string>;
}

export function listingRules(course: Course, judged: Judged, options: CanvasOptions): ListingRules {
  return { options, settings: course.settings, names: course.names, judged, belongings: belongings(course) };
}

/** What the course says about one file or item, and whether it is converted. */
export function listingOf(path: string, rules: ListingRules): Listing {
  const { options, judged } = rules;
  const listing = isTutorFile(path, options.tutorFolder)
    ? tutorListing(path, options)
    : courseListing(path, judged.verdicts.get(path), judged.items.get(path), rules);
  return { ...listing, output: outputPath(rules.names.spelled(path), listing, options) };
}

type Unplaced = Omit<Listing, 'output'>;

function courseListing(
  path: string,
  verdict: Verdict | undefined,
  item: CourseItem | undefined,
  rules: ListingRules,
): Unplaced {
  const { options } = rules;
  const settings = settingsReason(path, rules);
  if (settings !== undefined) return settingsListing(settings);
  const { isPublished: published = false, reason = UNLISTED, title = '' } = verdict ?? {};
  const isLeftOut = item === undefined && isDraft(path, options);
  const url = verdict?.url ?? pageUrl(path, rules.settings);
  return {
    type: item?.type ?? 'file',
    published,
    reason: isLeftOut ? `${reason}; in a draft folder` : reason,
    title,
    ...placed(verdict),
    ...(url === undefined ? {} : { url }),
    ...item?.terms,
    kind: 'content',
    excluded: isLeftOut || (!published && options.unpublished === 'exclude'),
  };
}

function settingsListing(reason: string): Unplaced {
  return { type: 'settings', published: false, reason, title: '', kind: 'content', excluded: true };
}

function settingsReason(path: string, { belongings, judged }: ListingRules): string | undefined {
  const owner = belongings.get(path);
  if (owner !== undefined && !judged.items.has(path)) return owner;
  return SETTINGS_FILE.test(path) ? 'settings of the course' : undefined;
}

function placed(verdict: Verdict | undefined): Pick<Listing, 'modules' | 'position'> {
  const places = verdict?.places ?? [];
  const [first] = places;
  if (first === undefined) return {};
  return { modules: places.map(({ module }) => module.title), position: first.position };
}

/** `<tutor folder>/<problem title>/<file…>`; a file straight in the folder belongs to no problem. */
function tutorListing(path: string, options: CanvasOptions): Unplaced {
  const below = path.slice(options.tutorFolder.replace(/\/+$/, '').length + 1);
  const slash = below.indexOf('/');
  const name = below.slice(slash + 1);
  const kind = name.toLowerCase().includes('solution') ? 'solution' : 'problem';
  const base = { type: 'file', published: false, title: fileName(path) } as const;
  if (slash === -1) {
    const reason = 'straight in the tutor folder: expected a folder with the problem’s title';
    return { ...base, kind: 'content', reason, excluded: true };
  }
  const problemTitle = below.slice(0, slash);
  const draft = isDraft(path, options);
  const reason = `${kind} of "${problemTitle}" in the tutor folder${draft ? '; in a draft folder' : ''}`;
  return { ...base, kind, problemTitle, reason, excluded: draft };
}

export function isTutorFile(path: string, tutorFolder: string): boolean {
  return path.startsWith(`${tutorFolder.replace(/\/+$/, '')}/`);
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
