import { expect, test } from 'vitest';
import { archiveOf, type CourseSpec, courseArchive, page } from '../../../fixtures/canvas/course.ts';
import { play, statusOf } from '../../../fixtures/canvas/play.ts';

const PAGE = 'wiki_content/a.html';
const course: CourseSpec = {
  resources: [
    { id: 'p', href: PAGE },
    { id: 'f', href: 'web_resources/notes.txt' },
  ],
  files: { [PAGE]: page('A page', 'active'), 'web_resources/notes.txt': 'text' },
};

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
