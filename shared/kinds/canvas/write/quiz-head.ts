import type { ProcessContext } from '../../../kind.ts';
import type { Block } from '../../../markdown/block.ts';
import type { XmlRecord } from '../../../xml/records.ts';
import type { Content, MemberData } from '../schema.ts';
import { attemptsText, type Detail, detailBlocks, termDetails } from './details.ts';
import { type Resolve, textBlocks } from './item-text.ts';
import { memberRecords } from './whole.ts';

const TYPES: Readonly<Record<string, string>> = {
  assignment: 'graded quiz',
  practice_quiz: 'practice quiz',
  graded_survey: 'graded survey',
  survey: 'survey',
};

/** What a quiz is and how it is taken, then its instructions. Of the settings nothing is told but what students are told: not its access code. */
export async function quizHead(
  { listing, timeZone }: MemberData,
  { settings, task }: Extract<Content, { type: 'quiz' }>,
  context: ProcessContext<unknown>,
  resolve: Resolve,
): Promise<Block[]> {
  const records = await memberRecords(settings, ['quiz', 'assignment'], context);
  const quiz = records.find(({ name }) => name === 'quiz');
  return [
    ...detailBlocks([
      ['Type', TYPES[field(quiz, 'quiz_type') ?? '']],
      ...termDetails(listing, timeZone),
      ...takingDetails(quiz),
      ['Group', task?.group],
    ]),
    ...textBlocks(field(quiz, 'description') ?? '', true, resolve),
  ];
}

function takingDetails(quiz: XmlRecord | undefined): Detail[] {
  const minutes = Number.parseInt(field(quiz, 'time_limit') ?? '', 10);
  const attempts = Number.parseInt(field(quiz, 'allowed_attempts') ?? '', 10);
  const isOneByOne = field(quiz, 'one_question_at_a_time') === 'true';
  const back = field(quiz, 'cant_go_back') === 'true' ? 'one at a time, without going back' : 'one at a time';
  return [
    ['Time limit', Number.isNaN(minutes) ? undefined : `${minutes} minutes`],
    ['Attempts', Number.isNaN(attempts) ? undefined : attemptsText(attempts)],
    ['Questions', isOneByOne ? back : undefined],
  ];
}

function field(record: XmlRecord | undefined, name: string): string | undefined {
  return record?.fields.get(name) || undefined;
}
