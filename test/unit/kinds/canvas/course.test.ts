import { describe, expect, test } from 'vitest';
import { isDateLocked, toInstant } from '../../../../shared/kinds/canvas/course/date-lock.ts';
import { parseMetadata } from '../../../../shared/kinds/canvas/course/metadata.ts';
import { type Mention, toPublished } from '../../../../shared/kinds/canvas/course/publish.ts';
import { pathOfLink, resolveCanvasLink } from '../../../../shared/kinds/canvas/links.ts';

const clock = { now: new Date('2026-03-01T12:00:00Z'), timeZone: 'America/New_York' };

test.each([
  ['2026-01-15T12:00:00', 'America/New_York', '2026-01-15T17:00:00.000Z'],
  ['2026-07-15T12:00:00', 'America/New_York', '2026-07-15T16:00:00.000Z'],
  ['2026-07-15T12:00:00', 'Asia/Kolkata', '2026-07-15T06:30:00.000Z'],
  ['2026-07-15T12:00:00Z', 'America/New_York', '2026-07-15T12:00:00.000Z'],
  ['2026-07-15T12:00:00+02:00', 'America/New_York', '2026-07-15T10:00:00.000Z'],
  ['2026-07-15', 'Europe/Zurich', '2026-07-14T22:00:00.000Z'],
  // half an hour after the clocks went forward, and half an hour before
  ['2026-03-08T03:30:00', 'America/New_York', '2026-03-08T07:30:00.000Z'],
  ['2026-03-08T01:30:00', 'America/New_York', '2026-03-08T06:30:00.000Z'],
])('%s in %s', (text, timeZone, expected) => {
  const instant = toInstant(text, timeZone);

  expect(new Date(instant ?? Number.NaN).toISOString()).toBe(expected);
});

test.each(['', 'nil', 'soon', undefined])('no date: %s', (text) => {
  const instant = toInstant(text, 'UTC');

  expect(instant).toBeUndefined();
});

test.each([
  // 12:00 UTC is 07:00 in New York
  ['2026-03-01T06:59:00', undefined, false],
  ['2026-03-01T07:01:00', undefined, true],
  [undefined, '2026-03-01T06:59:00', true],
  [undefined, '2026-03-01T07:01:00', false],
  ['2026-01-01', '2027-01-01', false],
  [undefined, undefined, false],
  ['', ' ', false],
  // a date that can't be read is no reason to show the file
  ['soon', undefined, true],
  [undefined, 'soon', true],
])('unlocked at %s, locked at %s', (unlockAt, lockAt, expected) => {
  const locked = isDateLocked({ unlockAt, lockAt }, clock);

  expect(locked).toBe(expected);
});

describe('links', () => {
  test.each([
    ['$IMS-CC-FILEBASE$/a.pdf', 'web_resources/a.pdf'],
    ['$IMS-CC-FILEBASE$a.pdf', 'web_resources/a.pdf'],
    ['%24IMS-CC-FILEBASE%24/a%20b.pdf', 'web_resources/a%20b.pdf'],
    ['$IMS-CC-FILEBASE$/a.pdf?canvas_download=1&x=2#page=3', 'web_resources/a.pdf?x=2#page=3'],
    ['$WIKI_REFERENCE$/pages/week-1', 'wiki_content/week-1.html'],
    ['$WIKI_REFERENCE$/wiki/week-1', 'wiki_content/week-1.html'],
    ['$CANVAS_OBJECT_REFERENCE$/pages/week-1', 'wiki_content/week-1.html'],
    ['$CANVAS_OBJECT_REFERENCE$/assignments/g12', 'g12/'],
    ['$CANVAS_OBJECT_REFERENCE$/modules/g12', undefined],
    ['$CANVAS_COURSE_REFERENCE$/grades', undefined],
    ['https://example.org/$x$', undefined],
    ['', undefined],
  ])('%s', (link, expected) => {
    const resolved = resolveCanvasLink(link);

    expect(resolved).toBe(expected);
  });

  test.each([
    ['web_resources/a%20b.pdf?x=1#y', 'web_resources/a b.pdf'],
    ['web_resources/100%.pdf', 'web_resources/100%.pdf'],
  ])('path of %s', (link, expected) => {
    const path = pathOfLink(link);

    expect(path).toBe(expected);
  });
});

describe('metadata.json', () => {
  const PATH = 'web_resources/a b+c.pdf';
  const mention: Mention = {
    path: PATH,
    source: 'files',
    isActive: true,
    reason: 'in Files',
    title: 'a b+c.pdf',
  };
  const withFile = (fields: object, path = 'course files/a b+c.pdf'): string =>
    JSON.stringify({ course_files: [{ file_path: path, url: 'https://c/files/1', ...fields }] });
  const rules = (json: string): Parameters<typeof toPublished>[2] => ({
    metadata: parseMetadata(Buffer.from(json), clock),
    filesTabHidden: false,
    tutorFolder: 'web_resources/ai/tutor',
  });

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
  ])('%s', (_, fields, reason, isReachedByLink) => {
    const json = withFile(fields);

    const alone = toPublished([mention], new Map(), rules(json)).get(PATH);
    const linked = toPublished([mention], new Map([[PATH, 'A page']]), rules(json)).get(PATH);

    expect(alone).toMatchObject({
      published: reason === undefined,
      reason: reason ?? 'in Files',
      url: 'https://c/files/1',
    });
    expect(linked?.published).toBe(isReachedByLink);
  });

  test.each(['course files/a b+c.pdf', 'course files/a+b%2Bc.pdf'])('finds %s', (path) => {
    const published = toPublished([mention], new Map(), rules(withFile({ locked: true }, path)));

    expect(published.get(PATH)?.published).toBe(false);
  });

  test('knows pages and assignments by their titles', () => {
    const json = JSON.stringify({
      course_files: [],
      pages: [{ title: 'Welcome', html_url: 'https://c/pages/welcome', published: false }],
      assignments: [{ name: 'Task', html_url: 'https://c/assignments/1', published: true }],
    });
    const mentions: Mention[] = [
      {
        path: 'wiki_content/welcome.html',
        source: 'page',
        isActive: true,
        reason: 'active page',
        title: 'Welcome',
      },
      { path: 'a/task.html', source: 'page', isActive: true, reason: 'published assignment', title: 'Task' },
    ];

    const published = toPublished(mentions, new Map(), rules(json));

    expect(published.get('wiki_content/welcome.html')).toMatchObject({
      published: false,
      url: 'https://c/pages/welcome',
    });
    expect(published.get('a/task.html')).toMatchObject({ published: true, url: 'https://c/assignments/1' });
  });

  test('of two entries of one title, what either hides is hidden', () => {
    const shown = { title: 'Task', html_url: 'https://c/pages/task', published: true };
    const hidden = { title: 'Task', published: false };

    for (const pages of [
      [shown, hidden],
      [hidden, shown],
    ]) {
      const metadata = parseMetadata(Buffer.from(JSON.stringify({ course_files: [], pages })), clock);

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

    const metadata = parseMetadata(Buffer.from(JSON.stringify({ course_files })), clock);

    expect(metadata.file('a+b.pdf')?.closedBy).toBeUndefined();
    expect(metadata.file('a b.pdf')?.closedBy).toBe('metadata.json: locked');
  });

  test('the canonical text is that of the content, not of how it was written', () => {
    const parse = (json: string): string => parseMetadata(Buffer.from(json), clock).canonical;

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
    expect(() => parseMetadata(Buffer.from(json), clock)).toThrow(
      expect.objectContaining({ code: 'METADATA_INVALID', message: expect.stringMatching(message) }),
    );
  });

  test('refuses what is no UTF-8', () => {
    const bytes = Buffer.from('{"course_files": [{"file_path": "café"}]}', 'latin1');

    expect(() => parseMetadata(bytes, clock)).toThrow(
      expect.objectContaining({ code: 'METADATA_INVALID', message: expect.stringContaining('UTF-8') }),
    );
  });
});
