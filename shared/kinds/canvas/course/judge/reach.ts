import type { LinkIndex } from '../../links/link-index.ts';
import type { CourseItem } from '../items/course-item.ts';
import type { Course } from '../read.ts';
import type { JudgeRules } from './judge-rules.ts';
import type { Verdict } from './verdict.ts';

/** Links that are followed, in all; each takes a look-up. */
const MAX_FOLLOWED = 1_000_000;

/**
 * Publishes what links lead to, from what students see on and on: a link reaches what is merely not listed, but not what is closed. The title of
 * a file that only a link leads to is not known.
 */
export function withReached(
  verdicts: ReadonlyMap<string, Verdict>,
  items: ReadonlyMap<string, CourseItem>,
  course: Course,
  links: LinkIndex,
  rules: JudgeRules,
): Map<string, Verdict> {
  const reached = new Map(verdicts);
  const queue = [...verdicts.values()].filter(({ isPublished }) => isPublished);
  let followed = 0;
  // grows while it is gone through
  for (const from of queue) {
    if (followed >= MAX_FOLLOWED) break;
    const origin = items.get(from.path)?.links ?? course.linkedPages.get(from.path)?.links ?? [];
    followed += origin.length;
    for (const path of targetsOf(origin, from.path, links)) {
      const verdict = reachedBy(path, reached.get(path), items.get(path), from, rules);
      if (verdict === undefined) continue;
      reached.set(path, verdict);
      queue.push(verdict);
    }
  }
  return reached;
}

function* targetsOf(origin: readonly string[], from: string, links: LinkIndex): Generator<string> {
  for (const link of origin) {
    const target = links.target(link, from);
    if (target.type === 'path') yield target.path;
  }
}

/** Undefined where the link changes nothing. */
function reachedBy(
  path: string,
  known: Verdict | undefined,
  item: CourseItem | undefined,
  from: Verdict,
  rules: JudgeRules,
): Verdict | undefined {
  if (known?.isPublished === true || known?.closedBy !== undefined || rules.isTutorFile(path))
    return undefined;
  // a link to an assignment that is hidden for another reason than its tab does not open it
  if (item?.hiddenBy !== undefined && item.type === 'assignment') return undefined;
  if (item?.unknownBy !== undefined && !rules.isTree) return undefined;
  const reason = `linked from "${from.title}"`;
  return {
    path,
    title: item === undefined ? '' : (known?.title ?? ''),
    reason,
    isPublished: true,
    closedBy: undefined,
    places: known?.places ?? [],
    url: known?.url,
  };
}
