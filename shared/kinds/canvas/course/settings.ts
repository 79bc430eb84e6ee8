import type { XmlRecord } from '../../../xml/records.ts';

/** What course_settings.xml and context.xml say. */
export interface CourseSettings {
  readonly title: string | undefined;
  readonly courseCode: string | undefined;
  readonly courseId: string | undefined;
  readonly domain: string | undefined;
  readonly startAt: string | undefined;
  readonly concludeAt: string | undefined;
  readonly timeZone: string | undefined;
  readonly filesTabHidden: boolean;
  readonly syllabusHidden: boolean;
}

/** Canvas' fixed number of the Files tab in `tab_configuration`. */
const FILES_TAB = 11;

/** From the records `course` (course_settings.xml) and `context_info` (context.xml), where there are any. */
export function toCourseSettings(
  course: XmlRecord | undefined,
  context: XmlRecord | undefined,
): CourseSettings {
  const field = (name: string): string | undefined => course?.fields.get(name) || undefined;
  return {
    title: field('title') ?? (context?.fields.get('course_name') || undefined),
    courseCode: field('course_code'),
    courseId: context?.fields.get('course_id') || undefined,
    domain: context?.fields.get('canvas_domain') || undefined,
    startAt: field('start_at'),
    concludeAt: field('conclude_at'),
    timeZone: field('time_zone'),
    filesTabHidden: isTabHidden(field('tab_configuration'), FILES_TAB),
    syllabusHidden: isFalse(field('public_syllabus')) && isFalse(field('public_syllabus_to_auth')),
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

/** The configuration is JSON: `[{"id":0},{"id":11,"hidden":true}]`. One that can't be read hides nothing. */
function isTabHidden(configuration: string | undefined, id: number): boolean {
  if (configuration === undefined) return false;
  const tabs = parsedJson(configuration);
  if (!Array.isArray(tabs)) return false;
  return tabs.some((tab) => tab?.id === id && tab?.hidden === true);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
