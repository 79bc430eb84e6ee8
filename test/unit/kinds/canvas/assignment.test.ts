import { expect, test } from 'vitest';
import { assignmentXml, courseArchive, page } from '../../../fixtures/canvas/course.ts';
import { commonAssignment } from '../../../fixtures/canvas/items.ts';
import { play } from '../../../fixtures/canvas/play.ts';

const RUBRICS = `<rubrics><rubric identifier="r"><title>Essay rubric</title><points_possible>25.0</points_possible><criteria><criterion><points>25.0</points><description>Clarity | order</description><long_description>Is the thesis clear?</long_description><ratings><rating><description>Excellent</description><points>25.0</points></rating><rating><description>Missing</description><points>0.0</points></rating></ratings></criterion></criteria></rubric></rubrics>`;

test('an assignment has its terms, how it is handed in, its text and its rubric as a table', async () => {
  const settings = assignmentXml({
    title: 'Essay',
    due_at: '2026-05-01T23:59:00',
    unlock_at: '2026-04-01T00:00:00',
    points_possible: '25.0',
    submission_types: 'online_upload,online_text_entry',
    allowed_extensions: 'pdf,docx',
    assignment_group_identifierref: 'g',
    rubric_identifierref: 'r',
    external_tool_url: 'https://lab.example.org/launch',
  });
  const archive = await courseArchive({
    resources: [
      {
        id: 'a',
        type: 'associatedcontent/x',
        href: 'a/essay.html',
        files: ['a/essay.html', 'a/assignment_settings.xml'],
      },
    ],
    files: {
      'a/essay.html': page('Assignment: Essay', undefined, '<ul><li>Write.</li></ul>'),
      'a/assignment_settings.xml': settings,
      'course_settings/rubrics.xml': RUBRICS,
      'course_settings/assignment_groups.xml':
        '<assignmentGroups><assignmentGroup identifier="g"><title>Essays</title></assignmentGroup></assignmentGroups>',
    },
  });

  const { outputs, results } = await play(
    archive,
    { timeZone: 'Europe/Paris' },
    { startedAt: new Date('2026-04-15') },
  );

  expect(outputs.get('content/a/essay.html.md')).toBe(`# Essay

**Points:** 25\\
**Due:** 2026-05-02 01:59 GMT+2\\
**Available from:** 2026-04-01 02:00 GMT+2\\
**Submission:** file upload, text entry\\
**File types:** pdf, docx\\
**Group:** Essays\\
**Tool:** [https://lab.example.org/launch](https://lab.example.org/launch)

- Write.

## Rubric: Essay rubric

| Criterion | Ratings | Points |
| --- | --- | --- |
| **Clarity \\| order**<br>Is the thesis clear? | 25: Excellent<br>0: Missing | 25 |

Points: 25
`);
  expect(results.get('a/essay.html')?.detail).toMatchObject({
    type: 'assignment',
    dueAt: '2026-05-01T23:59:00Z',
    unlockAt: '2026-04-01T00:00:00Z',
    points: 25,
  });
  expect(results.get('a/assignment_settings.xml')?.detail).toMatchObject({
    type: 'settings',
    published: false,
  });
});

test('of Common Cartridge 1.3 it is the assignment’s own file; the page that stands in for it is none', async () => {
  const spec = commonAssignment('a', 'Essay 1', '<p>Write <em>500 words</em>.</p>', {
    due_at: '2026-05-01T23:59:00',
  });

  const { outputs, results } = await play(await courseArchive(spec));

  expect(outputs.get('content/a/assignment.xml.md')).toBe(
    '# Essay 1\n\n**Points:** 100\\\n**Due:** 2026-05-01 23:59 UTC\n\nWrite *500 words*.\n',
  );
  expect(results.get('a/assignment.xml')?.detail).toMatchObject({ type: 'assignment', published: true });
  expect(results.get('a/page.html')?.detail).toMatchObject({ type: 'settings', reason: 'stands in for "a"' });
});

test('one of Common Cartridge 1.3 that is not published is not', async () => {
  const spec = commonAssignment('a', 'Essay 1', '<p>Write.</p>', { workflow_state: 'unpublished' });

  const { outputs } = await play(await courseArchive(spec));

  expect([...outputs.keys()]).toContain('unpublished/a/assignment.xml.md');
});
