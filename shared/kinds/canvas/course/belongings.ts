import { classify, dependenciesOf, settingsOf } from './items/classify.ts';
import type { CourseItem } from './items/course-item.ts';
import type { Resource } from './manifest.ts';
import type { Course } from './read.ts';

type Reason = readonly [path: string, reason: string];

/** The files that only say more about an item, or stand in for it, with the reason why they are not converted. */
export function belongings({ manifest, items }: Course): Map<string, string> {
  const dependencies = dependenciesOf(manifest);
  return new Map([
    ...manifest.resources.flatMap((resource) => ofResource(resource, dependencies)),
    ...items.flatMap(ofItem),
  ]);
}

const SETTINGS = 'settings of the course';

function ofResource(resource: Resource, dependencies: ReadonlySet<string>): Reason[] {
  const { variantOf, files } = resource;
  const reason = variantOf === undefined ? SETTINGS : `stands in for "${variantOf}"`;
  if (classify(resource, dependencies) === 'settings') return files.map((path) => [path, reason]);
  const beside = settingsOf(resource);
  return beside === undefined ? [] : [[beside, SETTINGS]];
}

function ofItem({ type, title, parts: { settings, questions } }: CourseItem): Reason[] {
  return [
    ...(settings === undefined ? [] : [[settings, `settings of the ${type} "${title}"`] as const]),
    ...(questions === undefined ? [] : [[questions, `questions of the ${type} "${title}"`] as const]),
  ];
}
