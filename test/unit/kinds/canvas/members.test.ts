import { expect, test } from 'vitest';
import { type CourseSpec, courseArchive, page } from '../../../fixtures/canvas/course.ts';
import { play, statusOf } from '../../../fixtures/canvas/play.ts';
import { buildZip } from '../../../support/zip/builder.ts';
import { unicodeExtra } from '../../../support/zip/records.ts';

const PAGE = 'wiki_content/a.html';
const course: CourseSpec = {
  resources: [
    { id: 'p', href: PAGE },
    { id: 'f', href: 'web_resources/notes.txt' },
  ],
  files: { [PAGE]: page('A page', 'active'), 'web_resources/notes.txt': 'text' },
};

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
  expect(played.results.get('/links/https://example.org/elsewhere')?.detail).toMatchObject({
    type: 'link',
    url: 'https://example.org/elsewhere',
  });
  expect(statusOf(played, 'https://example.org/elsewhere')).toBeUndefined();
  expect(statusOf(played, PAGE)).toEqual(['ok', 'converted', undefined]);
  expect(JSON.parse(played.outputs.get('course.json') ?? '')).toMatchObject({ missing: 3 });
});

test('a dead link in a page is listed, and no failure', async () => {
  const linking = page('A page', 'active', '<a href="$IMS-CC-FILEBASE$/gone.pdf">x</a>');

  const played = await play(await courseArchive({ ...course, files: { ...course.files, [PAGE]: linking } }));

  expect(statusOf(played, 'web_resources/gone.pdf')).toBeUndefined();
  expect(JSON.parse(played.outputs.get('course.json') ?? '').links).toEqual({
    total: 1,
    dead: 1,
    deadLinks: [
      { in: PAGE, published: true, link: '$IMS-CC-FILEBASE$/gone.pdf', why: 'the course has no such file' },
    ],
  });
  expect(played.outputs.get(`content/${PAGE}.md`)).toBe('# A page\n\nx\n');
  expect(played.warnings).toEqual([
    'links in what students see that lead nowhere: 1; course.json lists them',
  ]);
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

  expect(names.map((name) => played.outputs.get(`content/${name}.md`)?.trim())).toEqual(names);
});

test('an entry that the zip reader refuses fails alone, under its own name where it has one', async () => {
  const text = { name: 'web_resources/ok.txt', data: 'x' };
  const played = await play(
    buildZip({
      members: [
        { name: 'imsmanifest.xml', data: '<manifest><resources/></manifest>' },
        text,
        { name: '../escape.txt', data: 'x' },
        { name: '../escape.txt', data: 'y' },
        text,
        text,
        { name: 'web_resources/locked.txt', data: 'x', flags: 1 },
      ],
    }),
  );

  const failed = [...played.results.keys()].filter((id) => played.results.get(id)?.status === 'failed');
  expect(failed).toEqual([
    '/rejected 2: ../escape.txt',
    '/rejected 3: ../escape.txt',
    '/rejected 4: web_resources/ok.txt',
    '/rejected 5: web_resources/ok.txt',
    // what an earlier run made of it stands
    'web_resources/locked.txt',
  ]);
  expect(statusOf(played, 'web_resources/locked.txt')).toEqual([
    'failed',
    undefined,
    'ZIP_MEMBER_UNSUPPORTED',
  ]);
  expect(statusOf(played, 'web_resources/ok.txt')).toEqual(['ok', 'converted', undefined]);
});

test('a file whose name is in an extra field is read by what travels in a message', async () => {
  const played = await play(
    buildZip({
      members: [
        { name: 'imsmanifest.xml', data: '<manifest><resources/></manifest>' },
        {
          name: 'plain.txt',
          data: 'text',
          extra: unicodeExtra('caf\u00e9.txt', 'plain.txt'),
          local: { extra: Buffer.alloc(0) },
        },
      ],
    }),
  );

  expect(played.outputs.get('unpublished/caf\u00e9.txt.md')).toBe('text\n');
});
