import type { Resource } from '../manifest.ts';
import { toAssignment } from './assignment.ts';
import { mainFile, settingsOf } from './classify.ts';
import { type CourseItem, courseItem } from './course-item.ts';
import type { ItemRules } from './item-rules.ts';
import { scannedLinks } from './scanned-links.ts';

/** An assignment as Canvas writes it for Common Cartridge 1.1: a page, and its settings beside it. */
export async function assignmentItem(
  resource: Resource,
  { reader, now }: ItemRules,
): Promise<CourseItem | undefined> {
  const { href: path, identifier } = resource;
  const settings = settingsOf(resource);
  if (path === undefined || settings === undefined) return undefined;
  const head = await reader.pageHead(path);
  // without its settings a page is one like any other
  const record = reader.has(settings) ? (await reader.records(settings, ['assignment']))[0] : undefined;
  const { title, closedBy, ...known } = toAssignment(record, now);
  return courseItem(
    { type: 'assignment', identifier, path, title: title || (head?.title ?? '') },
    {
      ...known,
      closedBy: closedBy ?? reader.doubt(settings),
      links: head?.links ?? [],
      parts: { settings },
    },
  );
}

/** An assignment of Common Cartridge 1.3: one XML file with its text, and Canvas' settings as an extension in it. */
export async function commonAssignmentItem(
  resource: Resource,
  { reader, now }: ItemRules,
): Promise<CourseItem | undefined> {
  const path = mainFile(resource);
  if (path === undefined) return undefined;
  const records = await reader.records(path, ['assignment', 'gradable']);
  const outer = records.find(({ name }) => name === 'assignment');
  const inner = records.find(({ name, within }) => name === 'assignment' && within !== undefined);
  const { closedBy, terms, ...known } = toAssignment(inner, now);
  const points = Number.parseFloat(
    records.find(({ name }) => name === 'gradable')?.attributes.get('points_possible') ?? '',
  );
  const { identifier } = resource;
  return courseItem(
    { type: 'assignment', identifier, path, title: outer?.fields.get('title') ?? '' },
    {
      ...known,
      closedBy: closedBy ?? reader.doubt(path),
      terms: { ...terms, points: terms.points ?? (Number.isFinite(points) ? points : undefined) },
      links: await scannedLinks([outer?.fields.get('text')]),
    },
  );
}
