import type { XmlRecord } from '../../../../xml/records.ts';
import { isBefore } from '../date-lock.ts';
import { TABS } from '../settings.ts';
import { toAssignment, toTerms } from './assignment.ts';
import type { CourseItem } from './course-item.ts';

export type QuizSettings = Pick<
  CourseItem,
  'closedBy' | 'unknownBy' | 'tab' | 'terms' | 'task' | 'aliases'
> & {
  readonly title: string;
};

/**
 * From the records `quiz` and, within it, `assignment` of assessment_meta.xml (canvas-lms lib/cc/qti/qti_generator.rb). Students go on to see a
 * quiz that has closed, but not one that has not opened.
 */
export function toQuiz(records: readonly XmlRecord[], now: Date): QuizSettings {
  const quiz = records.find(({ name }) => name === 'quiz');
  const graded = records.find(({ name }) => name === 'assignment');
  const assignment = graded && toAssignment(graded, now);
  const fields = quiz?.fields ?? new Map<string, string>();
  return {
    title: fields.get('title') ?? '',
    closedBy: ownReason(fields, now) ?? assignment?.closedBy,
    unknownBy: quiz === undefined ? 'quiz without settings' : undefined,
    // a graded quiz is among the grades and in the calendar, too
    tab: graded === undefined ? TABS.quizzes : undefined,
    terms: { ...assignment?.terms, ...withoutGaps(toTerms(fields)) },
    task: assignment?.task,
    aliases: [graded?.attributes.get('identifier') ?? ''].filter((alias) => alias !== ''),
  };
}

function ownReason(fields: ReadonlyMap<string, string>, now: Date): string | undefined {
  if (fields.get('available') === 'false') return 'quiz is not available';
  const state = fields.get('workflow_state');
  if (state !== undefined && !OPEN_STATES.has(state)) return `quiz is ${state}`;
  if (fields.get('only_visible_to_overrides') === 'true') return 'quiz is for some students only';
  return isBefore(now, fields.get('unlock_at')) ? 'quiz is locked by date' : undefined;
}

const OPEN_STATES = new Set(['available', 'published', 'active']);

function withoutGaps<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
