import type { XmlRecord } from '../../../../xml/records.ts';
import { isBefore, isDateLocked, toIsoDate } from '../date-lock.ts';
import type { CourseItem, Task, Terms } from './course-item.ts';

type Fields = ReadonlyMap<string, string>;

/** What assignment settings say: those of a file of their own, or those within a quiz, a topic or a CC 1.3 assignment. */
export type AssignmentSettings = Pick<
  CourseItem,
  'closedBy' | 'unknownBy' | 'hiddenBy' | 'terms' | 'task'
> & {
  readonly title: string;
};

/** From the record `assignment` (canvas-lms lib/cc/assignment_resources.rb); without one, it counts as unpublished. */
export function toAssignment(record: XmlRecord | undefined, now: Date): AssignmentSettings {
  const fields: Fields = record?.fields ?? new Map();
  return {
    title: fields.get('title') ?? '',
    closedBy: closedReason(fields, now),
    unknownBy: fields.get('workflow_state') ? undefined : 'assignment is without a workflow state',
    hiddenBy: hiddenReason(fields, now),
    terms: toTerms(fields),
    task: toTask(fields),
  };
}

export function toTerms(fields: Fields): Terms {
  const points = Number.parseFloat(fields.get('points_possible') ?? '');
  return {
    dueAt: toIsoDate(fields.get('due_at')),
    unlockAt: toIsoDate(fields.get('unlock_at')),
    lockAt: toIsoDate(fields.get('lock_at')),
    points: Number.isFinite(points) ? points : undefined,
  };
}

function closedReason(fields: Fields, now: Date): string | undefined {
  const state = fields.get('workflow_state') ?? '';
  if (state !== '' && state !== 'published') return `assignment is ${state}`;
  if (fields.get('only_visible_to_overrides') === 'true') return 'assignment is for some students only';
  return isBefore(now, fields.get('unlock_at')) ? 'assignment is locked by date' : undefined;
}

/** Canvas still shows a closed assignment where a module leads to it. */
function hiddenReason(fields: Fields, now: Date): string | undefined {
  if (fields.get('hide_in_gradebook') === 'true') return 'assignment is hidden in the gradebook';
  if (fields.get('module_locked') === 'true') return 'assignment is locked by its module';
  const range = { unlockAt: fields.get('unlock_at'), lockAt: fields.get('lock_at') };
  return isDateLocked(range, now) ? 'assignment is locked by date' : undefined;
}

function toTask(fields: Fields): Task {
  const attempts = Number.parseInt(fields.get('allowed_attempts') ?? '', 10);
  return {
    submissionTypes: list(fields.get('submission_types')),
    allowedExtensions: list(fields.get('allowed_extensions')),
    gradingType: fields.get('grading_type') || undefined,
    group: fields.get('assignment_group_identifierref') || undefined,
    allowedAttempts: Number.isNaN(attempts) ? undefined : attempts,
    peerReviews: fields.get('peer_reviews') === 'true',
    rubric: fields.get('rubric_identifierref') || undefined,
    toolUrl: fields.get('external_tool_url') || undefined,
  };
}

function list(text: string | undefined): string[] {
  return (text ?? '').split(',').filter((part) => part !== '');
}
