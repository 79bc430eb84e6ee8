import { expect, test } from 'vitest';
import { archiveOf, type CourseSpec, courseArchive, manifestXml, page } from '../fixtures/canvas/course.ts';
import { type Played, play } from '../fixtures/canvas/play.ts';

const PAGE = 'wiki_content/a.html';
const course: CourseSpec = {
  resources: [
    { id: 'p', href: PAGE },
    { id: 'f', href: 'web_resources/notes.txt' },
  ],
  files: { [PAGE]: page('A page', 'active'), 'web_resources/notes.txt': 'text' },
};

function statusOf({ results }: Played, path: string): unknown {
  const result = results.get(path);
  return result === undefined ? undefined : [result.status, result.detail?.status, result.failure?.code];
}

test.each([
  ['nothing', Buffer.alloc(0), 'ZIP_INVALID'],
  ['no zip', Buffer.from('<html>not found</html>'), 'ZIP_INVALID'],
])('%s fails with a clear error', async (_, bytes, code) => {
  await expect(play(bytes)).rejects.toMatchObject({ code });
});

test('an archive that is cut off fails as a whole', async () => {
  const archive = await courseArchive(course);

  await expect(play(archive.subarray(0, archive.length - 100))).rejects.toMatchObject({
    code: 'ZIP_INVALID',
  });
});

test('an archive without a manifest is no course', async () => {
  const archive = await archiveOf([['readme.txt', 'hello']]);

  await expect(play(archive)).rejects.toMatchObject({
    code: 'MEMBER_MISSING',
    message: 'expected imsmanifest.xml at the top of a course archive, found 1 members without it',
  });
});

test('a file that the manifest names and the archive lacks fails alone, if it was wanted', async () => {
  const played = await play(
    await courseArchive({
      ...course,
      resources: [
        ...(course.resources ?? []),
        { href: 'web_resources/lost.pdf' },
        { href: 'web_resources/lost.mp4' },
        { href: 'wiki_content/lost.html' },
        { href: 'https://example.org/elsewhere', type: 'imswl_xmlv1p1' },
      ],
    }),
  );

  expect(statusOf(played, 'web_resources/lost.pdf')).toEqual(['failed', undefined, 'MEMBER_MISSING']);
  expect(statusOf(played, 'web_resources/lost.mp4')).toEqual(['ok', 'unsupported', undefined]);
  expect(statusOf(played, 'wiki_content/lost.html')).toEqual(['failed', undefined, 'MEMBER_MISSING']);
  expect(statusOf(played, 'https://example.org/elsewhere')).toBeUndefined();
  expect(statusOf(played, PAGE)).toEqual(['ok', 'converted', undefined]);
  expect(JSON.parse(played.outputs.get('course.json') ?? '')).toMatchObject({ missing: 3 });
});

test('a dead link in a page is listed, and no failure', async () => {
  const linking = page('A page', 'active', '<a href="$IMS-CC-FILEBASE$/gone.pdf">x</a>');

  const played = await play(await courseArchive({ ...course, files: { ...course.files, [PAGE]: linking } }));

  expect(statusOf(played, 'web_resources/gone.pdf')).toEqual(['ok', 'excluded', undefined]);
  expect(played.results.get('web_resources/gone.pdf')?.detail?.reason).toBe(
    'linked from "A page"; the archive does not have it',
  );
});

test.each([
  ['percent-encoded in the manifest', 'web_resources/my%20notes.txt', 'web_resources/my notes.txt'],
  ['unpacked and zipped again on Windows', 'web_resources/what|why?.txt', 'web_resources/what_why_.txt'],
  ['composed otherwise', 'web_resources/cafe\u0301.txt', 'web_resources/caf\u00e9.txt'],
])('finds a file that is spelled otherwise: %s', async (_, href, member) => {
  const played = await play(await courseArchive({ resources: [{ href }], files: { [member]: 'text' } }));

  expect(statusOf(played, member)).toEqual(['ok', 'converted', undefined]);
  expect(played.results.get(member)?.detail?.listedAs).toBe(href);
  expect(played.results.has(href)).toBe(false);
});

test('an exact name wins over one that is spelled otherwise', async () => {
  const names = ['web_resources/a|b.txt', 'web_resources/a_b.txt'];

  const played = await play(
    await courseArchive({
      resources: names.map((href) => ({ href })),
      files: Object.fromEntries(names.map((name) => [name, name])),
    }),
  );

  expect(names.map((name) => played.outputs.get(`content/${name}.md`))).toEqual(names);
});

test('an entry that the zip reader refuses fails alone', async () => {
  const played = await play(
    await archiveOf([
      ['imsmanifest.xml', '<manifest><resources/></manifest>'],
      ['../escape.txt', 'x'],
      ['web_resources/ok.txt', 'x'],
    ]),
  );

  expect(statusOf(played, '/rejected 1: ../escape.txt')).toEqual(['failed', undefined, 'ZIP_MEMBER_INVALID']);
  expect(statusOf(played, 'web_resources/ok.txt')).toEqual(['ok', 'converted', undefined]);
});

test.each([
  [
    'a tag that does not match',
    '<fileMeta><files><file identifier="f"><hidden>true</hide></file></files></fileMeta>',
  ],
  ['cut off', '<fileMeta><files><file identifier="f"><hidden>true</hidden>'],
  [
    'an entity bomb',
    '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><fileMeta><x>&b;&b;</x><files><file identifier="f"><hidden>true</hidden></file></files></fileMeta>',
  ],
])('of settings that are malformed nothing is thought to be shown: %s', async (_, xml) => {
  const played = await play(
    await courseArchive({ ...course, files: { ...course.files, 'course_settings/files_meta.xml': xml } }),
  );

  const record = JSON.parse(played.outputs.get('course.json') ?? '');
  expect(record.warnings[0]).toMatch(/^course_settings\/files_meta\.xml: /);
  expect(played.results.get('web_resources/notes.txt')?.detail).toMatchObject({
    published: false,
    reason: 'files_meta.xml is malformed',
  });
  expect(statusOf(played, PAGE)).toEqual(['ok', 'converted', undefined]);
});

test.each<[string, string, boolean, string]>([
  [
    'whole',
    '<only_visible_to_overrides>false</only_visible_to_overrides></assignment>',
    true,
    'published assignment',
  ],
  ['cut off before what hides it', '<only_vis', false, 'assignment_settings.xml is malformed'],
])('an assignment whose settings are %s', async (_, rest, published, reason) => {
  const paths = ['a/task.html', 'a/assignment_settings.xml'];
  const settings = `<assignment><title>Task</title><workflow_state>published</workflow_state>${rest}`;

  const played = await play(
    await courseArchive({
      resources: [{ id: 'a', type: 'x', href: paths[0], files: paths }],
      files: { 'a/task.html': page('Task', undefined), 'a/assignment_settings.xml': settings },
    }),
  );

  expect(played.results.get('a/task.html')?.detail).toMatchObject({ published, reason });
});

test('a files_meta.xml that can not be read fails, and hides what it might have hidden', async () => {
  const archive = await courseArchive(course);
  const at = archive.indexOf('course_settings/files_meta.xml') + 'course_settings/files_meta.xml'.length;
  archive.writeUInt8(archive.readUInt8(at + 20) ^ 0xff, at + 20);

  const played = await play(archive);

  expect(statusOf(played, 'course_settings/files_meta.xml')).toEqual([
    'failed',
    undefined,
    'ZIP_MEMBER_INVALID',
  ]);
  expect(played.results.get('web_resources/notes.txt')?.detail?.reason).toBe(
    'files_meta.xml can not be read',
  );
  expect(statusOf(played, PAGE)).toEqual(['ok', 'converted', undefined]);
});

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
    startAt: '2026-09-01T04:00:00',
    concludeAt: null,
    timeZone: 'Europe/Zurich',
    schemaVersion: '1.1.0',
    files: 7,
    published: 2,
    warnings: [],
  });
  expect(played.results.get(PAGE)?.detail?.url).toBe('https://canvas.example.edu/courses/7/pages/a');
});
