import type { XmlRecord } from '../../../xml/records.ts';
import { toIsoDate } from './date-lock.ts';
import { toTimeZone } from './time-zone.ts';

/** What course_settings.xml and context.xml say. */
export interface CourseSettings {
  readonly title: string | undefined;
  readonly courseCode: string | undefined;
  readonly courseId: string | undefined;
  readonly domain: string | undefined;
  readonly startAt: string | undefined;
  readonly concludeAt: string | undefined;
  /** IANA's name. */
  readonly timeZone: string | undefined;
  /** Canvas' numbers of the tabs that students do not see. */
  readonly hiddenTabs: ReadonlySet<number>;
  readonly syllabusHidden: boolean;
}

/** Canvas' fixed numbers of the tabs in `tab_configuration` (canvas-lms app/models/course.rb). */
export const TABS = { syllabus: 1, pages: 2, quizzes: 4, discussions: 8, files: 11 } as const;

/** From the records `course` (course_settings.xml) and `context_info` (context.xml), where there are any. */
export function toCourseSettings(
  course: XmlRecord | undefined,
  context: XmlRecord | undefined,
): CourseSettings {
  const field = (name: string): string | undefined => course?.fields.get(name) || undefined;
  const tabs = toTabs(field('tab_configuration'));
  const isPrivate = isFalse(field('public_syllabus')) && isFalse(field('public_syllabus_to_auth'));
  return {
    title: field('title') ?? (context?.fields.get('course_name') || undefined),
    courseCode: field('course_code'),
    courseId: context?.fields.get('course_id') || undefined,
    domain: context?.fields.get('canvas_domain') || undefined,
    startAt: toIsoDate(field('start_at')),
    concludeAt: toIsoDate(field('conclude_at')),
    timeZone: toTimeZone(field('time_zone')),
    hiddenTabs: new Set([...tabs].filter(([, isShown]) => !isShown).map(([id]) => id)),
    // who else may read it matters only where the course does not say whether its students have the tab
    syllabusHidden: !(tabs.get(TABS.syllabus) ?? !isPrivate),
  };
}

/** `https://<domain>/courses/<id>/`, where both are known. */
export function courseUrl(settings: CourseSettings): string | undefined {
  const { domain, courseId } = settings;
  return domain === undefined || courseId === undefined
    ? undefined
    : `https://${domain}/courses/${courseId}/`;
}

function isFalse(text: string | undefined): boolean {
  return text?.toLowerCase() === 'false';
}

/** The configuration is JSON: `[{"id":0},{"id":11,"hidden":true}]`. Is each tab shown? One that can't be read hides nothing. */
function toTabs(configuration: string | undefined): Map<number, boolean> {
  const tabs = configuration === undefined ? undefined : parsedJson(configuration);
  if (!Array.isArray(tabs)) return new Map();
  return new Map(tabs.map((tab) => [tab?.id, tab?.hidden !== true]));
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
