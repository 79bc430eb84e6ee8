import type { LinkIndex } from '../../links/link-index.ts';
import type { CourseItem } from '../items/course-item.ts';
import type { Course } from '../read.ts';
import { judgeFiles } from './files.ts';
import { judgeItem } from './items.ts';
import type { JudgeRules } from './judge-rules.ts';
import { placesOf } from './places.ts';
import { withReached } from './reach.ts';
import type { Verdict } from './verdict.ts';

export interface Judged {
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** The items by their path. */
  readonly items: ReadonlyMap<string, CourseItem>;
}

/** What of a course its students see: every file and item of the manifest with the reason. */
export function judge(course: Course, links: LinkIndex, rules: JudgeRules): Judged {
  const places = placesOf(course.modules);
  const items = new Map(course.items.map((item) => [item.path, item]));
  const verdicts = judgeFiles(course, places, rules);
  for (const [path, item] of items)
    verdicts.set(path, judgeItem(item, places.get(item.identifier) ?? [], course, rules));
  return { verdicts: withReached(verdicts, items, course, links, rules), items };
}
