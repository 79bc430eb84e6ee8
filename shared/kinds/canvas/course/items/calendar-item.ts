import type { CourseReader } from '../course-reader.ts';
import { type CourseItem, courseItem } from './course-item.ts';
import { scannedLinks } from './scanned-links.ts';

export const EVENTS = 'course_settings/events.xml';

/** The course's calendar, where it has one; every student sees it. */
export async function calendarItem(reader: CourseReader): Promise<CourseItem | undefined> {
  if (!reader.has(EVENTS)) return undefined;
  const events = await reader.records(EVENTS, ['event']);
  const links = await scannedLinks(events.map(({ fields }) => fields.get('description')));
  return courseItem({ type: 'calendar', identifier: EVENTS, path: EVENTS, title: 'Calendar' }, { links });
}
