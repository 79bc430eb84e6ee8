import type { XmlRecord } from '../../../../xml/records.ts';
import { isBefore, toIsoDate } from '../date-lock.ts';
import { TABS } from '../settings.ts';
import { toAssignment } from './assignment.ts';
import type { CourseItem, Terms } from './course-item.ts';

type Fields = ReadonlyMap<string, string>;

export type TopicSettings = Pick<
  CourseItem,
  'type' | 'title' | 'closedBy' | 'unknownBy' | 'tab' | 'terms' | 'task' | 'aliases'
>;

/**
 * From the records `topicMeta` and, within it, `assignment` (canvas-lms lib/cc/topic_resources.rb). A discussion that has closed can still be read;
 * one whose day of posting has not come can't.
 */
export function toTopic(records: readonly XmlRecord[], now: Date): TopicSettings {
  const topic = records.find(({ name }) => name === 'topicMeta');
  const graded = records.find(({ name }) => name === 'assignment');
  const assignment = graded && toAssignment(graded, now);
  const fields = topic?.fields ?? new Map<string, string>();
  const type = fields.get('type') === 'announcement' ? 'announcement' : 'discussion';
  return {
    type,
    title: fields.get('title') ?? '',
    closedBy: ownReason(fields, type, now) ?? assignment?.closedBy,
    unknownBy: topic === undefined ? 'topic without settings' : undefined,
    // what is graded is among the grades and in the calendar; announcements are sent
    tab: type === 'discussion' && graded === undefined ? TABS.discussions : undefined,
    terms: toTopicTerms(fields, assignment?.terms),
    task: assignment?.task,
    aliases: [graded?.attributes.get('identifier') ?? ''].filter((alias) => alias !== ''),
  };
}

function toTopicTerms(fields: Fields, graded: Terms = {}): Terms {
  return {
    ...graded,
    unlockAt: toIsoDate(postedAt(fields)) ?? graded.unlockAt,
    lockAt: toIsoDate(fields.get('lock_at')) ?? graded.lockAt,
  };
}

function postedAt(fields: Fields): string | undefined {
  return fields.get('delayed_post_at') || fields.get('unlock_at');
}

function ownReason(fields: Fields, type: string, now: Date): string | undefined {
  const posted = postedAt(fields);
  if (isBefore(now, posted)) return `${type} is not posted yet`;
  const state = fields.get('workflow_state') || 'active';
  // what was to be posted later has been, where its date has come
  const isOpen = state === 'active' || (state === 'post_delayed' && Boolean(posted));
  if (!isOpen) return `${type} is ${state}`;
  return fields.get('only_visible_to_overrides') === 'true' ? `${type} is for some students only` : undefined;
}
