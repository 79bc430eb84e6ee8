import type { ModuleOutline } from '../schema.ts';
import type { Outline } from './outline.ts';
import type { CourseSurvey } from './survey.ts';

/** course.json: what is known of the course, its outline with each item's state, and what is missing or leads nowhere. */
export function toCourseJson(
  { course, modules }: Outline,
  survey: CourseSurvey,
  warnings: readonly string[],
): object {
  return {
    ...course,
    types: Object.fromEntries([...survey.types].sort(([a], [b]) => (a < b ? -1 : 1))),
    modules: modules.map((module) => toModule(module, survey)),
    links: { total: survey.links, dead: survey.deadLinks.count, deadLinks: survey.deadLinks.first },
    warnings,
  };
}

function toModule({ items, unlockAt, ...told }: ModuleOutline, survey: CourseSurvey): object {
  return {
    ...told,
    unlockAt: unlockAt ?? null,
    items: items.map(({ id, url, ...item }) => ({
      ...item,
      path: id ?? null,
      output: (id === undefined ? undefined : survey.outputOf(id)) ?? null,
      url: url ?? null,
    })),
  };
}
