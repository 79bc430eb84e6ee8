import { type Block, paragraph } from '../../../markdown/block.ts';
import { type Content, text, toInlines } from '../../../markdown/inline.ts';
import { toDisplayDate } from '../course/time-zone.ts';
import type { Listing, TaskData } from '../schema.ts';

/** A fact about an item, by what it is called; without a value it is not written. */
export type Detail = readonly [string, Content | undefined];

/** What an item's readers are told before its text: a line for each fact. No list, which would run into one that the text begins with. */
export function detailBlocks(details: readonly Detail[]): Block[] {
  const lines = details.flatMap(([name, value]) =>
    value === undefined || value.length === 0
      ? []
      : [[text(`${name}:`, { bold: true }), text(' '), ...toInlines(value)]],
  );
  if (lines.length === 0) return [];
  return [paragraph(lines.flatMap((line, at) => (at === 0 ? line : [text('\n'), ...line])))];
}

/** When it is due and open, and what it is worth. */
export function termDetails(
  { dueAt, unlockAt, lockAt, points }: Listing,
  timeZone = 'UTC',
  names: { readonly from: string; readonly until: string } = {
    from: 'Available from',
    until: 'Available until',
  },
): Detail[] {
  const shown = (iso: string | undefined): string | undefined => iso && toDisplayDate(iso, timeZone);
  return [
    ['Points', points === undefined ? undefined : pointsText(points)],
    ['Due', shown(dueAt)],
    [names.from, shown(unlockAt)],
    [names.until, shown(lockAt)],
  ];
}

/** Rubrics and quizzes have points with fractions; `25.0` is 25. */
export function pointsText(points: number): string {
  return String(Math.round(points * 1000) / 1000);
}

/** How an assignment is to be handed in, and how it is marked. */
export function taskDetails(task: TaskData): Detail[] {
  const { submissionTypes, allowedExtensions, gradingType, group, peerReviews, toolUrl } = task;
  return [
    ['Submission', submissionTypes.map(submissionName).join(', ')],
    ['File types', allowedExtensions.join(', ')],
    ['Attempts', attemptsText(task.allowedAttempts)],
    ['Graded as', gradingName(gradingType)],
    ['Group', group],
    ['Peer reviews', peerReviews ? 'yes' : undefined],
    ['Tool', toolUrl === undefined ? undefined : [text(toolUrl, { link: toolUrl })]],
  ];
}

/** Canvas writes -1 for as many as one likes. */
export function attemptsText(attempts: number | undefined): string | undefined {
  if (attempts === undefined || attempts === 0) return undefined;
  return attempts < 0 ? 'unlimited' : String(attempts);
}

const SUBMISSIONS: Readonly<Record<string, string>> = {
  online_upload: 'file upload',
  online_text_entry: 'text entry',
  online_url: 'web address',
  online_quiz: 'quiz',
  media_recording: 'media recording',
  student_annotation: 'annotation of a document',
  discussion_topic: 'discussion',
  external_tool: 'external tool',
  on_paper: 'on paper',
  not_graded: 'not graded',
};

function submissionName(type: string): string {
  return SUBMISSIONS[type] ?? plainName(type);
}

/** Points are what is meant where nothing is said. */
function gradingName(type: string | undefined): string | undefined {
  if (type === undefined || type === 'points') return undefined;
  const names: Readonly<Record<string, string>> = {
    pass_fail: 'complete or incomplete',
    gpa_scale: 'GPA scale',
  };
  return names[type] ?? plainName(type);
}

/** `letter_grade` is "letter grade". */
export function plainName(name: string): string {
  return name.replaceAll('_', ' ');
}
