import type { CourseItem } from '../items/course-item.ts';
import type { Course } from '../read.ts';
import type { JudgeRules } from './judge-rules.ts';
import { isOpen, type Place, whyAllAreLocked, whyPlaceIsClosed } from './places.ts';
import { joinedMetadata, type Verdict } from './verdict.ts';

/** An item, judged by its own state, the modules that it is in, the tabs and metadata.json. */
export function judgeItem(
  item: CourseItem,
  places: readonly Place[],
  course: Course,
  rules: JudgeRules,
): Verdict {
  const { path } = item;
  const title = item.title || (places[0]?.item.title ?? '');
  const found = joinedMetadata([rules.metadata?.titled(title)]);
  const closedBy = item.closedBy ?? whyAllAreLocked(places) ?? found.closedBy;
  const open = rules.isShown ? places.find(isOpen) : undefined;
  const outBy = closedBy ?? found.hiddenBy ?? hiddenReason(item, places, open, course);
  return {
    path,
    title,
    reason: outBy ?? inReason(item, open),
    isPublished: outBy === undefined,
    closedBy,
    places,
    url: found.url ?? item.url,
  };
}

/** Why students do not find it. A module that leads to it shows it whatever the tabs do. */
function hiddenReason(
  { type, tab, hiddenBy, unknownBy }: CourseItem,
  places: readonly Place[],
  open: Place | undefined,
  { settings, isCanvas }: Course,
): string | undefined {
  if (open !== undefined) return undefined;
  const [place] = places;
  const ownReason = unknownBy ?? hiddenBy;
  if (ownReason !== undefined) return (isCanvas && place && whyPlaceIsClosed(place)) || ownReason;
  const isTabHidden = tab !== undefined && settings.hiddenTabs.has(tab);
  const all = type === 'quiz' ? 'quizzes' : `${type}s`;
  return isTabHidden ? `the tab of the ${all} is hidden, and no module or page leads to it` : undefined;
}

function inReason({ type, unknownBy }: CourseItem, open: Place | undefined): string {
  const isByModule = type === 'link' || type === 'tool' || unknownBy !== undefined;
  if (isByModule) return `in module "${open?.module.title ?? ''}"`;
  return REASONS[type] ?? `visible ${type}`;
}

const REASONS: Readonly<Record<string, string>> = {
  page: 'active page',
  assignment: 'published assignment',
  quiz: 'published quiz',
  syllabus: 'the syllabus is shown',
  calendar: 'in the calendar',
};
