import { describe, expect, test } from 'vitest';
import { parseMetadata } from '../../../../shared/kinds/canvas/course/metadata.ts';
import { assignmentXml, type CourseSpec, courseArchive, page } from '../../../fixtures/canvas/course.ts';
import { play } from '../../../fixtures/canvas/play.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const PATH = 'web_resources/a b+c.txt';
const FILE: CourseSpec = { resources: [{ id: 'f', href: PATH }], files: { [PATH]: 'text' } };
const LINKED: CourseSpec = {
  resources: [...(FILE.resources ?? []), { id: 'p', href: 'wiki_content/p.html' }],
  files: {
    [PATH]: 'text',
    'wiki_content/p.html': page('A page', 'active', '<a href="$IMS-CC-FILEBASE$/a%20b%2Bc.txt">x</a>'),
  },
};
const withFile = (fields: object, path = 'course files/a b+c.txt'): string =>
  JSON.stringify({ course_files: [{ file_path: path, url: 'https://c/files/1', ...fields }] });

async function detailOf(path: string, spec: CourseSpec, metadata: string): Promise<unknown> {
  const { results } = await play(await courseArchive(spec), {}, { startedAt: NOW, companion: metadata });
  return results.get(path)?.detail;
}

describe('what metadata.json hides', () => {
  test.each<[string, object, string | undefined, boolean]>([
    ['nothing', {}, undefined, true],
    ['null everywhere', { hidden: null, locked: null, unlock_at: null, folder: null }, undefined, true],
    ['published: false', { published: false }, 'metadata.json: not published', false],
    ['locked', { locked: true }, 'metadata.json: locked', false],
    ['folder locked', { folder: { locked: true } }, 'metadata.json: folder is locked', false],
    ['locked by date', { lock_at: '2026-01-01T00:00:00Z' }, 'metadata.json: locked by date', false],
    ['not unlocked yet', { unlock_at: '2026-04-01T00:00:00Z' }, 'metadata.json: locked by date', false],
    ['hidden', { hidden: true }, 'metadata.json: hidden', true],
    ['folder hidden', { folder: { hidden: true } }, 'metadata.json: folder is hidden', true],
  ])('%s', async (_, fields, reason, isReachedByLink) => {
    const alone = await detailOf(PATH, FILE, withFile(fields));
    const linked = await detailOf(PATH, LINKED, withFile(fields));

    expect(alone).toMatchObject({
      published: reason === undefined,
      reason: reason ?? 'in Files',
      url: 'https://c/files/1',
    });
    expect(linked).toMatchObject({ published: isReachedByLink });
  });

  test.each(['course files/a b+c.txt', 'course files/a+b%2Bc.txt'])('finds %s', async (path) => {
    const detail = await detailOf(PATH, FILE, withFile({ locked: true }, path));

    expect(detail).toMatchObject({ published: false });
  });

  test('pages and assignments, by their titles', async () => {
    const json = JSON.stringify({
      course_files: [],
      pages: [{ title: 'Welcome', html_url: 'https://c/pages/welcome', published: false }],
      assignments: [{ name: 'Task', html_url: 'https://c/assignments/1', published: true }],
    });
    const spec: CourseSpec = {
      resources: [
        { id: 'p', href: 'wiki_content/welcome.html' },
        { id: 'a', type: 'x', href: 'a/task.html', files: ['a/task.html', 'a/assignment_settings.xml'] },
      ],
      files: {
        'wiki_content/welcome.html': page('Welcome', 'active'),
        'a/task.html': page('Assignment: Task', undefined),
        'a/assignment_settings.xml': assignmentXml({ title: 'Task' }),
      },
    };

    const welcome = await detailOf('wiki_content/welcome.html', spec, json);
    const task = await detailOf('a/task.html', spec, json);

    expect(welcome).toMatchObject({ published: false, url: 'https://c/pages/welcome' });
    expect(task).toMatchObject({ published: true, url: 'https://c/assignments/1' });
  });
});

describe('metadata.json itself', () => {
  test('of two entries of one title, what either hides is hidden', () => {
    const shown = { title: 'Task', html_url: 'https://c/pages/task', published: true };
    const hidden = { title: 'Task', published: false };

    for (const pages of [
      [shown, hidden],
      [hidden, shown],
    ]) {
      const metadata = parseMetadata(Buffer.from(JSON.stringify({ course_files: [], pages })), NOW);

      expect(metadata.titled('Task')).toMatchObject({
        closedBy: 'metadata.json: not published',
        url: 'https://c/pages/task',
      });
    }
  });

  test('a decoded name wins over the same name as another file has it encoded', () => {
    const course_files = [
      { file_path: 'course files/a%2Bb.pdf', locked: false },
      { file_path: 'course files/a+b.pdf', locked: true },
    ];

    const metadata = parseMetadata(Buffer.from(JSON.stringify({ course_files })), NOW);

    expect(metadata.file('a+b.pdf')?.closedBy).toBeUndefined();
    expect(metadata.file('a b.pdf')?.closedBy).toBe('metadata.json: locked');
  });

  test('the canonical text is that of the content, not of how it was written', () => {
    const parse = (json: string): string => parseMetadata(Buffer.from(json), NOW).canonical;

    const written = parse('{"course_files": [{"file_path": "a/b", "x": {"d": 1, "c": [2, 1]}}], "a": 1}');

    expect(parse('\uFEFF{"a":1,"course_files":[{"x":{"c":[2,1],"d":1},"file_path":"a/b"}]}')).toBe(written);
    expect(parse('{"a":1,"course_files":[{"x":{"c":[1,2],"d":1},"file_path":"a/b"}]}')).not.toBe(written);
  });

  test.each<[string, RegExp]>([
    ['', /JSON/],
    ['{"course_files": [', /JSON/],
    ['[]', /the whole: .*object/],
    ['{"error": "not found"}', /course_files: .*array/],
    ['{"course_files": 5}', /course_files: .*array/],
    ['{"course_files": [{}, {}]}', /course_files\.0\.file_path: .*\(and 1 more\)/],
    ['{"course_files": [{"file_path": "a", "locked": "yes"}]}', /course_files\.0\.locked: .*boolean/],
  ])('refuses %s', (json, message) => {
    expect(() => parseMetadata(Buffer.from(json), NOW)).toThrow(
      expect.objectContaining({ code: 'METADATA_INVALID', message: expect.stringMatching(message) }),
    );
  });

  test('refuses what is no UTF-8', () => {
    const bytes = Buffer.from('{"course_files": [{"file_path": "café"}]}', 'latin1');

    expect(() => parseMetadata(bytes, NOW)).toThrow(
      expect.objectContaining({ code: 'METADATA_INVALID', message: expect.stringContaining('UTF-8') }),
    );
  });
});
