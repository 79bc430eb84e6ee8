import type { Resource } from '../manifest.ts';
import { dependentFiles, mainFile } from './classify.ts';
import { type CourseItem, courseItem } from './course-item.ts';
import type { ItemRules } from './item-rules.ts';
import { scannedLinks } from './scanned-links.ts';
import { toTopic } from './topic.ts';

/** A discussion or an announcement: its text, its attachments, and Canvas' settings in a file of their own. */
export async function topicItem(resource: Resource, rules: ItemRules): Promise<CourseItem | undefined> {
  const { reader, resources, now } = rules;
  const path = mainFile(resource);
  if (path === undefined) return undefined;
  const records = await reader.records(path, ['topic', 'attachment']);
  const [settings] = dependentFiles(resource, resources).filter((file) => file.endsWith('.xml'));
  const meta = settings === undefined ? [] : await reader.records(settings, ['topicMeta', 'assignment']);
  const { type, title, closedBy, ...known } = toTopic(meta, now);
  const topic = records.find(({ name }) => name === 'topic');
  const attached = records.filter(({ name }) => name === 'attachment');
  const { identifier } = resource;
  return courseItem(
    { type, identifier, path, title: title || (topic?.fields.get('title') ?? '') },
    {
      ...known,
      closedBy: closedBy ?? (settings === undefined ? undefined : reader.doubt(settings)),
      links: [
        ...attached.map(({ attributes }) => attributes.get('href') ?? ''),
        ...(await scannedLinks([topic?.fields.get('text')])),
      ],
      parts: { settings },
    },
  );
}
