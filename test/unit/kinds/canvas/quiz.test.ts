import { describe, expect, test } from 'vitest';
import { type CourseSpec, courseArchive } from '../../../fixtures/canvas/course.ts';
import { bank, choices, joined, question, quiz, right } from '../../../fixtures/canvas/items.ts';
import { type Played, play } from '../../../fixtures/canvas/play.ts';

const PATH = 'q/assessment_qti.xml';
const MARKDOWN = `content/${PATH}.md`;
const PLANETS = question({
  prompt: '<p>Which planet is <b>largest</b>?</p>',
  points: '2.0',
  responses: choices(['Mars', 'Jupiter', 'Venus']),
  scoring: right('2', '<p>Right: it is Jupiter, of course.</p>'),
});

async function played(spec: CourseSpec, options: object = {}): Promise<Played> {
  return await play(await courseArchive(spec), options, { startedAt: new Date('2026-03-01T12:00:00Z') });
}

async function questionsOf(questions: string): Promise<string> {
  const { outputs } = await played(quiz({ questions }));
  return (outputs.get(MARKDOWN) ?? '').split('## Questions\n\n')[1] ?? '';
}

test('a quiz is title, terms, instructions and all questions of Canvas’ own QTI, though Common Cartridge’s is empty', async () => {
  const fields = {
    description: '<p>You have <strong>20 minutes</strong>.</p>',
    due_at: '2026-05-01T23:59:00',
    points_possible: '6.0',
    time_limit: '20',
    allowed_attempts: '-1',
    access_code: 'sesame',
  };

  const { outputs, results } = await played(quiz({ title: 'Week 1', questions: PLANETS, fields }));

  expect(outputs.get(MARKDOWN)).toBe(`# Week 1

**Type:** graded quiz\\
**Points:** 6\\
**Due:** 2026-05-01 23:59 UTC\\
**Time limit:** 20 minutes\\
**Attempts:** unlimited

You have **20 minutes**.

## Questions

### 1. Multiple choice (2 points)

Which planet is **largest**?

- Mars
- Jupiter
- Venus
`);
  expect(results.get(PATH)?.detail).toMatchObject({
    type: 'quiz',
    published: true,
    title: 'Week 1',
    dueAt: '2026-05-01T23:59:00Z',
    points: 6,
    questions: 1,
  });
});

describe('what is right', () => {
  test('is nowhere, not even in what is unpublished', async () => {
    const { outputs } = await played(quiz({ questions: PLANETS, common: PLANETS }));

    expect([...outputs.values()].join('\n')).not.toMatch(/Right|of course/);
  });

  test('is in unpublished by an option, and never in the content', async () => {
    const { outputs } = await played(quiz({ questions: PLANETS, common: PLANETS }), { answers: 'convert' });

    expect(outputs.get(`unpublished/${PATH}.answers.md`)).toContain(
      'Right: Jupiter\n\nFeedback (correct):\n\nRight: it is Jupiter, of course.',
    );
    const content = [...outputs].filter(([path]) => path.startsWith('content/')).map(([, text]) => text);
    expect(content.join('\n')).not.toContain('of course');
  });

  test('can not be read from the choices of blanks, nor from the order of matches', async () => {
    const blanks = question({
      kind: 'fill_in_multiple_blanks_question',
      prompt: 'Roses are [color].',
      responses: choices(['crimson'], { id: 'response_color', label: 'color' }),
    });
    const ends = ['Bern', 'Athens'];
    const matching = question({
      kind: 'matching_question',
      prompt: 'Capitals',
      responses:
        choices(ends, { id: 'r1', label: 'Switzerland' }) + choices(ends, { id: 'r2', label: 'Greece' }),
    });

    const text = await questionsOf(blanks + matching);

    expect(text).toBe(
      '### 1. Fill in the blanks (1 point)\n\nRoses are \\[color].\n\nBlanks:\n\n- color\n\n### 2. Matching (1 point)\n\nCapitals\n\nMatch:\n\n- Switzerland\n- Greece\n\nWith:\n\n- Athens\n- Bern\n'.replace(
        '\\[color]',
        '[color]',
      ),
    );
  });
});

test.each([
  ['true_false_question', '1. True or false (1 point)'],
  ['multiple_answers_question', '1. Multiple answers (1 point)'],
  ['short_answer_question', '1. Fill in the blank (1 point)'],
  ['numerical_question', '1. Numerical answer (1 point)'],
  ['calculated_question', '1. Formula (1 point)'],
  ['essay_question', '1. Essay (1 point)'],
  ['file_upload_question', '1. File upload (1 point)'],
  ['hot_spot_question', '1. Hot spot (1 point)'],
])('%s', async (kind, heading) => {
  const text = await questionsOf(question({ kind, prompt: 'Read this.' }));

  expect(text).toBe(`### ${heading}\n\nRead this.\n`);
});

test('text between questions has no number', async () => {
  const text = await questionsOf(question({ kind: 'text_only_question', prompt: 'Read this.' }) + PLANETS);

  expect(text).toMatch(/^### Text\n\nRead this\.\n\n### 1\. Multiple choice/);
});

test('each dropdown of a text has its own choices', async () => {
  const responses =
    choices(['red', 'blue'], { id: 'a', label: 'rose' }) + choices(['green'], { id: 'b', label: 'leaf' });

  const text = await questionsOf(question({ kind: 'multiple_dropdowns_question', prompt: 'x', responses }));

  expect(text).toContain('**rose**\n\n- red\n- blue\n\n**leaf**\n\n- green\n');
});

const draw = (inner: string, from = ''): string =>
  `<section ident="g" title="Group"><selection_ordering><selection>${from}<selection_number>1</selection_number><selection_extension><points_per_item>3.0</points_per_item></selection_extension></selection></selection_ordering>${inner}</section>`;

test('a group says how many are drawn and what each is worth; one of a bank has the bank’s questions', async () => {
  const one = question({ prompt: 'One?' });
  const questions = draw(one) + draw('', '<sourcebank_ref>b</sourcebank_ref>');
  const spec = joined(quiz({ questions }), bank('b', question({ prompt: 'From the bank?' })));

  const { outputs, results } = await played(spec);

  expect(outputs.get(MARKDOWN)).toContain(
    'Group: 1 of these is drawn at random (3 points each).\n\n### 1. Multiple choice (3 points)\n\nOne?\n',
  );
  expect(outputs.get(MARKDOWN)).toContain('### 2. Multiple choice (3 points)\n\nFrom the bank?\n');
  expect(results.get('non_cc_assessments/b.xml.qti')?.detail).toMatchObject({
    type: 'bank',
    published: false,
  });
});

test('without questions, or without its bank, a quiz says so, and the report too', async () => {
  const { outputs, warnings } = await played(
    quiz({ questions: draw('', '<sourcebank_ref>x</sourcebank_ref>') }),
  );

  expect(outputs.get(MARKDOWN)).toContain('The export does not have this question bank.');
  expect(outputs.get(MARKDOWN)).toContain('The export has no questions of this quiz.');
  expect(warnings).toEqual([
    `published quizzes without questions in the export: 1 (${PATH})`,
    `published quizzes that draw from question banks that the export does not have: 1 (${PATH})`,
  ]);
});

test.each<[string, CourseSpec, string]>([
  ['not available', quiz({ questions: '', fields: { available: 'false' } }), 'quiz is not available'],
  [
    'not open yet',
    quiz({ questions: '', fields: { unlock_at: '2026-03-01T12:01:00' } }),
    'quiz is locked by date',
  ],
  [
    'for some students',
    quiz({ questions: '', fields: { only_visible_to_overrides: 'true' } }),
    'quiz is for some students only',
  ],
  [
    'its assignment not published',
    quiz({ questions: '', assignment: { workflow_state: 'unpublished' } }),
    'assignment is unpublished',
  ],
  ['closed', quiz({ questions: '', fields: { lock_at: '2020-01-01T00:00:00' } }), 'published quiz'],
  [
    'its tab hidden',
    { ...quiz({ questions: '' }), settings: { tab_configuration: '[{"id":4,"hidden":true}]' } },
    'the tab of the quizzes is hidden, and no module or page leads to it',
  ],
])('%s', async (_, spec, reason) => {
  const { results } = await played(spec);

  expect(results.get(PATH)?.detail).toMatchObject({ reason, published: reason === 'published quiz' });
});
