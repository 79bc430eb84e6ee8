import { describe, expect, test } from 'vitest';
import { assignmentXml, type CourseSpec, courseArchive, page } from '../../../fixtures/canvas/course.ts';
import { type Beside, type Played, play } from '../../../fixtures/canvas/play.ts';

const FILE = 'web_resources/notes.txt';
const course: CourseSpec = {
  resources: [
    { id: 'f', href: FILE },
    { id: 'p', href: 'wiki_content/a.html' },
  ],
  files: { [FILE]: 'text', 'wiki_content/a.html': page('A page', 'active') },
};
const metadataOf = (fields: object, others: object = {}): string =>
  JSON.stringify({ course_files: [{ file_path: 'course files/notes.txt', ...fields }], ...others });

async function playWith(beside: Beside, options: object = {}, spec: CourseSpec = course): Promise<Played> {
  return await play(await courseArchive(spec), options, beside);
}

const detailOf = ({ results }: Played, path = FILE): unknown => results.get(path)?.detail;
const recordOf = ({ outputs }: Played): { checksum: string; hasMetadata: boolean } =>
  JSON.parse(outputs.get('course.json') ?? '');

describe('metadata.json', () => {
  test('hides what it says is hidden, and gives addresses', async () => {
    const url = 'https://canvas.example.edu/courses/7/files/1';

    const shown = await playWith({ companion: metadataOf({ url }) });
    const locked = await playWith({ companion: metadataOf({ url, locked: true }) });

    expect(detailOf(shown)).toMatchObject({ published: true, url });
    expect(detailOf(locked)).toMatchObject({ published: false, url, reason: 'metadata.json: locked' });
    expect([...locked.outputs.keys()]).toContain(`unpublished/${FILE}.md`);
    expect([...locked.outputs.keys()]).not.toContain(`content/${FILE}.md`);
  });

  test('a link in a page reaches what it hides, and not what it closes', async () => {
    const linking = page('A page', 'active', '<a href="$IMS-CC-FILEBASE$/notes.txt">x</a>');
    const spec = { ...course, files: { ...course.files, 'wiki_content/a.html': linking } };

    const hidden = await playWith({ companion: metadataOf({ hidden: true }) }, {}, spec);
    const locked = await playWith({ companion: metadataOf({ locked: true }) }, {}, spec);

    expect(detailOf(hidden)).toMatchObject({ published: true, reason: 'linked from "A page"' });
    expect(detailOf(locked)).toMatchObject({ published: false });
  });

  test('one that can not be read refuses the course, so that nothing is shown by mistake', async () => {
    await expect(playWith({ companion: '{"error": "not found"}' })).rejects.toMatchObject({
      code: 'METADATA_INVALID',
      message: expect.stringMatching(/^metadata\.json: course_files: /),
    });
  });

  test.each([
    ['optional', true],
    ['auto', true],
    ['required', false],
  ])('without it, and metadata=%s', async (metadata, isFine) => {
    const played = playWith({}, { metadata });

    if (isFine) expect(recordOf(await played).hasMetadata).toBe(false);
    else
      await expect(played).rejects.toMatchObject({
        code: 'SOURCE_MISSING',
        message: 'expected canvas/course/export.metadata.json beside the course, found none',
      });
  });

  test('another one changes the checksum of the course, the same one written otherwise does not', async () => {
    const first = recordOf(await playWith({ companion: '{"course_files": [], "a": 1, "b": 2}' }));

    const same = recordOf(await playWith({ companion: '{"b":2,"a":1,"course_files":[]}' }));
    const other = recordOf(await playWith({ companion: '{"b":3,"a":1,"course_files":[]}' }));
    const none = recordOf(await playWith({}));

    expect(first.hasMetadata).toBe(true);
    expect(same.checksum).toBe(first.checksum);
    expect(other.checksum).not.toBe(first.checksum);
    expect(none.checksum).not.toBe(first.checksum);
  });
});

describe('dates are judged by the start of the run', () => {
  const unlock = '2026-03-01T12:00:00';
  // whatever the course's zone is
  const opens = Date.parse(`${unlock}Z`);
  const settings = { time_zone: 'Asia/Tokyo' };
  const task: CourseSpec = {
    resources: [
      { id: 'a', type: 'x', href: 'a/task.html', files: ['a/task.html', 'a/assignment_settings.xml'] },
    ],
    files: {
      'a/task.html': page('Task', undefined),
      'a/assignment_settings.xml': assignmentXml({ title: 'Task', unlock_at: unlock }),
    },
  };

  test.each<[string, CourseSpec, Beside, string]>([
    ['files_meta.xml', { ...course, filesMeta: { f: { unlock_at: unlock } } }, {}, FILE],
    ['a course in Tokyo', { ...course, settings, filesMeta: { f: { unlock_at: unlock } } }, {}, FILE],
    ['an assignment', task, {}, 'a/task.html'],
    ['metadata.json', course, { companion: metadataOf({ unlock_at: unlock }) }, FILE],
  ])('%s', async (_, spec, beside, path) => {
    const before = await playWith({ ...beside, startedAt: new Date(opens - 1000) }, {}, spec);
    const after = await playWith({ ...beside, startedAt: new Date(opens + 1000) }, {}, spec);

    expect(detailOf(before, path)).toMatchObject({ published: false });
    expect(detailOf(after, path)).toMatchObject({ published: true });
    // so the next run publishes it though its bytes are the same
    expect(after.results.get(path)?.identity).not.toBe(before.results.get(path)?.identity);
  });
});
