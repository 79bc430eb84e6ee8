import { expect, test } from 'vitest';
import { type CourseSpec, courseArchive, manifestXml, page } from '../../../fixtures/canvas/course.ts';
import { type Played, play } from '../../../fixtures/canvas/play.ts';

const PAGE = 'wiki_content/a.html';
const course: CourseSpec = {
  resources: [
    { id: 'p', href: PAGE },
    { id: 'f', href: 'web_resources/notes.txt' },
  ],
  files: { [PAGE]: page('A page', 'active'), 'web_resources/notes.txt': 'text' },
};

test('an export that Canvas merely wrote again is the same items and the same course', async () => {
  const before = await play(await courseArchive(course));

  const after = await play(
    await courseArchive({
      ...course,
      settings: { lock_all_announcements: 'false' },
      files: {
        'course_settings/canvas_export.txt': 'exported again',
        'imsmanifest.xml': `${manifestXml(course)}<!-- of today -->`,
        ...course.files,
      },
    }),
  );

  const added = ['course_settings/canvas_export.txt', '/course'];
  const identities = ({ results }: Played): unknown[] =>
    [...results.values()].filter(({ id }) => !added.includes(id)).map(({ id, identity }) => [id, identity]);
  expect(identities(after).toSorted()).toEqual(identities(before).toSorted());
  expect(identities(after).length).toBeGreaterThan(5);
  const checksum = ({ outputs }: Played): unknown => JSON.parse(outputs.get('course.json') ?? '').checksum;
  expect(checksum(after)).toBe(checksum(before));
});

test.each<[string, CourseSpec]>([
  ['another content', { files: { ...course.files, 'web_resources/notes.txt': 'changed' } }],
  ['another title', { filesMeta: { f: { display_name: 'Renamed' } } }],
  ['another state', { filesMeta: { f: { hidden: 'true' } } }],
])('%s changes identity and checksum', async (_, change) => {
  const before = await play(await courseArchive(course));

  const after = await play(await courseArchive({ ...course, ...change }));

  const facts = ({ results, outputs }: Played): unknown[] => [
    results.get('web_resources/notes.txt')?.identity,
    JSON.parse(outputs.get('course.json') ?? '').checksum,
  ];
  for (const [at, value] of facts(after).entries()) expect(value).not.toBe(facts(before)[at]);
});

test('course.json says what the course is', async () => {
  const played = await play(
    await courseArchive({
      ...course,
      settings: {
        title: 'Baking',
        course_code: 'B1',
        start_at: '2026-09-01T04:00:00',
        time_zone: 'Europe/Zurich',
      },
      context: { course_id: '7', canvas_domain: 'canvas.example.edu' },
    }),
  );

  expect(JSON.parse(played.outputs.get('course.json') ?? '')).toMatchObject({
    title: 'Baking',
    courseCode: 'B1',
    courseId: '7',
    url: 'https://canvas.example.edu/courses/7/',
    startAt: '2026-09-01T04:00:00Z',
    concludeAt: null,
    timeZone: 'Europe/Zurich',
    schemaVersion: '1.1.0',
    files: 7,
    published: 2,
    warnings: [],
  });
  expect(played.results.get(PAGE)?.detail?.url).toBe('https://canvas.example.edu/courses/7/pages/a');
});
