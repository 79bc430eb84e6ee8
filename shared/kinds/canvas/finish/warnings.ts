import type { CourseRecord } from '../schema.ts';
import type { CourseSurvey, Named } from './survey.ts';

/** Names in one warning; course.json has more. */
const MAX_NAMES = 5;

/** What the readers of a run's report should know although nothing failed: what the results lack of what students see. */
export function toWarnings(survey: CourseSurvey, course: CourseRecord | undefined): string[] {
  const warnings = [
    ...(course?.warnings ?? []),
    counted(survey.quizzesWithoutQuestions, 'published quizzes without questions in the export'),
    counted(
      survey.missingBanks,
      'published quizzes that draw from question banks that the export does not have',
    ),
    counted(survey.empty, 'published files without text in their Markdown'),
    unsupportedWarning(survey),
    deadLinkWarning(survey),
  ];
  return warnings.filter((warning) => warning !== undefined);
}

function counted({ count, first }: Named, what: string): string | undefined {
  if (count === 0) return undefined;
  const more = count > MAX_NAMES ? ', …' : '';
  return `${what}: ${count} (${first.slice(0, MAX_NAMES).join(', ')}${more})`;
}

function unsupportedWarning({ unsupported }: CourseSurvey): string | undefined {
  if (unsupported.size === 0) return undefined;
  const sorted = [...unsupported].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  const named = sorted.map(
    ([extension, count]) => `${extension === '' ? 'no extension' : extension} ${count}`,
  );
  return `published files of formats without a conversion: ${total} (${named.join(', ')})`;
}

function deadLinkWarning({ deadPublished }: CourseSurvey): string | undefined {
  if (deadPublished === 0) return undefined;
  return `links in what students see that lead nowhere: ${deadPublished}; course.json lists them`;
}
