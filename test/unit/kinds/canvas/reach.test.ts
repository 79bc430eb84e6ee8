import { describe, expect, test } from 'vitest';
import { type CourseSpec, courseArchive, page } from '../../../fixtures/canvas/course.ts';
import { markdownPaths, play } from '../../../fixtures/canvas/play.ts';
import { FILE, file, IN_FILE, IN_PAGE, published, wikiPage } from '../../../fixtures/canvas/published.ts';

describe('the Files tab hidden', () => {
  const settings = { tab_configuration: '[{"id":0},{"id":11,"hidden":true}]' };
  const linking = page('A page', 'active', '<a href="$IMS-CC-FILEBASE$/notes.txt?canvas_=1&amp;x=2">x</a>');
  const withPage = file({
    resources: [
      { id: 'f', href: FILE },
      { id: 'p', href: 'wiki_content/a.html' },
    ],
    files: { [FILE]: 'text', 'wiki_content/a.html': linking },
  });

  test.each<[string, CourseSpec, string[]]>([
    ['a file is out', file({ settings }), []],
    ['even with a title', file({ settings, filesMeta: { f: { display_name: 'N' } } }), []],
    [
      'unless a module leads to it',
      file({ settings, modules: { M: [{ ref: 'f', title: 'Handout' }] } }),
      [`${FILE} | Handout`],
    ],
    ['or a page', { ...withPage, settings }, [`${FILE} | `, ...IN_PAGE]],
    ['the tab shown', file({ settings: { tab_configuration: '[{"id":11}]' } }), IN_FILE],
    ['another tab hidden', file({ settings: { tab_configuration: '[{"id":4,"hidden":true}]' } }), IN_FILE],
    ['a configuration that can not be read', file({ settings: { tab_configuration: '[{' } }), IN_FILE],
  ])('%s', async (_, spec, expected) => {
    const paths = await published(spec);

    expect(paths).toEqual(expected);
  });
});

describe('links', () => {
  const linking = (
    state: string,
    href: string,
    name: string,
    hidden: Record<string, string>,
  ): CourseSpec => ({
    resources: [
      { id: 'f', href: name },
      { id: 'p', href: 'wiki_content/a.html' },
    ],
    filesMeta: { f: hidden },
    files: {
      [name]: 'text',
      'wiki_content/a.html': page('A page', state, `<a class="x" href="${href}">x</a>`),
    },
  });

  test.each<[string, CourseSpec, string[]]>([
    [
      'an active page reaches what is hidden',
      linking('active', '$IMS-CC-FILEBASE$/notes.txt', FILE, { hidden: 'true' }),
      [`${FILE} | `, ...IN_PAGE],
    ],
    [
      'what is in keeps its title',
      linking('active', '$IMS-CC-FILEBASE$/notes.txt', FILE, { display_name: 'N' }),
      [`${FILE} | N`, ...IN_PAGE],
    ],
    [
      'an unpublished page reaches nothing',
      linking('unpublished', '$IMS-CC-FILEBASE$/notes.txt', FILE, { hidden: 'true' }),
      [],
    ],
    [
      'names are decoded',
      linking('active', '$IMS-CC-FILEBASE$/caf%C3%A9%20&amp;%20co.txt', 'web_resources/café & co.txt', {
        hidden: 'true',
      }),
      ['web_resources/café & co.txt | ', ...IN_PAGE],
    ],
    [
      'an encoded token',
      linking('active', '%24IMS-CC-FILEBASE%24/notes.txt', FILE, { hidden: 'true' }),
      [`${FILE} | `, ...IN_PAGE],
    ],
    [
      'in a comment',
      linking('active', '#"--><!-- <a href="$IMS-CC-FILEBASE$/notes.txt', FILE, { hidden: 'true' }),
      IN_PAGE,
    ],
  ])('%s', async (_, spec, expected) => {
    const paths = await published(spec);

    expect(paths).toEqual(expected);
  });
});

describe('the tutor folder', () => {
  const TUTOR = 'web_resources/ai/tutor';
  const names = [
    `${TUTOR}/HW 1/problem.txt`,
    `${TUTOR}/HW 1/sub/My Solution.txt`,
    `${TUTOR}/loose.txt`,
    `${TUTOR}/HW 1/draft/old.txt`,
  ];
  const spec: CourseSpec = {
    resources: names.map((href) => ({ id: href, href })),
    files: Object.fromEntries(names.map((name) => [name, 'text'])),
    filesMeta: { [`${TUTOR}/HW 1/problem.txt`]: { hidden: 'true' } },
    modules: { M: [{ ref: `${TUTOR}/HW 1/problem.txt`, title: 'Problem' }] },
  };

  test('gives problems and solutions whatever is published, and nothing to the content', async () => {
    const { results, outputs } = await play(await courseArchive(spec));

    const kinds = names
      .map((name) => results.get(name)?.detail)
      .map((detail) => [detail?.kind, detail?.problemTitle, detail?.status]);
    expect(kinds).toEqual([
      ['problem', 'HW 1', 'converted'],
      ['solution', 'HW 1', 'converted'],
      ['content', undefined, 'excluded'],
      ['problem', 'HW 1', 'excluded'],
    ]);
    expect(markdownPaths({ outputs })).toEqual([
      'problems/HW 1/problem.txt.md',
      'problems/HW 1/sub/My Solution.txt.md',
    ]);
    expect(await published(spec)).toEqual([]);
  });

  test('has the name that the options give it', async () => {
    const { outputs } = await play(await courseArchive(spec), { tutorFolder: 'web_resources/ai' });

    expect([...outputs.keys()]).toContain('problems/tutor/HW 1/problem.txt.md');
  });
});

test.each([
  ['a draft folder', 'web_resources/drafts/x.txt', {}, 'excluded'],
  ['a file named so', 'web_resources/rough-draft.txt', {}, 'converted'],
  ['another word', 'web_resources/drafts/x.txt', { draft: 'old' }, 'converted'],
  ['no word', 'web_resources/drafts/x.txt', { draft: '' }, 'converted'],
])('drafts: %s', async (_, href, options, expected) => {
  const { results } = await play(
    await courseArchive({ resources: [{ href }], files: { [href]: 'text' } }),
    options,
  );

  expect(results.get(href)?.detail).toMatchObject({ published: true, status: expected });
});

test('what is unpublished is converted on request, apart from the content', async () => {
  const { outputs } = await play(await courseArchive(wikiPage('unpublished')), { unpublished: 'convert' });

  expect(markdownPaths({ outputs })).toEqual(['unpublished/wiki_content/a.html.md']);
});
