import { describe, expect, test } from 'vitest';
import { assignmentXml, type CourseSpec, courseArchive, page } from '../fixtures/canvas/course.ts';
import { play } from '../fixtures/canvas/play.ts';

/** `path | title` of what a course publishes, in the archive's order. */
async function published(spec: CourseSpec, options: object = {}): Promise<string[]> {
  const { results } = await play(await courseArchive(spec), options);
  return Array.from(results.values())
    .filter(({ detail }) => detail?.published === true)
    .map(({ id, detail }) => `${id} | ${detail?.title}`);
}

async function reasonFor(path: string, spec: CourseSpec, options: object = {}): Promise<unknown> {
  const { results } = await play(await courseArchive(spec), options);
  return results.get(path)?.detail?.reason;
}

const FILE = 'web_resources/notes.txt';
const file = (spec: CourseSpec = {}): CourseSpec => ({
  resources: [{ id: 'f', href: FILE }],
  files: { [FILE]: 'text' },
  ...spec,
});
const wikiPage = (state: string | undefined, spec: CourseSpec = {}): CourseSpec => ({
  resources: [{ id: 'p', href: 'wiki_content/a.html' }],
  files: { 'wiki_content/a.html': page('A page', state) },
  ...spec,
});
const assignment = (fields: Record<string, string>): CourseSpec => ({
  resources: [
    {
      id: 'a',
      type: 'learning-application-resource',
      href: 'a/task.html',
      files: ['a/task.html', 'a/assignment_settings.xml'],
    },
  ],
  files: {
    'a/task.html': page('Assignment: Task', undefined),
    'a/assignment_settings.xml': assignmentXml({ title: 'Task', ...fields }),
  },
});
const syllabus = (settings: Record<string, string>): CourseSpec => ({
  resources: [{ id: 's', type: 'lar', href: 'course_settings/syllabus.html', intendedUse: 'syllabus' }],
  files: { 'course_settings/syllabus.html': page('Syllabus', undefined) },
  settings,
});
const IN_FILE = [`${FILE} | notes.txt`];
const IN_PAGE = ['wiki_content/a.html | A page'];
const IN_TASK = ['a/task.html | Task'];
const IN_SYLLABUS = ['course_settings/syllabus.html | Syllabus'];

describe('files', () => {
  test.each<[string, CourseSpec, string[], string]>([
    ['a file is in, under its name', file(), IN_FILE, 'in Files'],
    [
      'one that files_meta.xml lists, under its title',
      file({ filesMeta: { f: { display_name: 'Notes' } } }),
      [`${FILE} | Notes`],
      'listed in files_meta.xml',
    ],
    ['hidden', file({ filesMeta: { f: { hidden: 'true' } } }), [], 'files_meta.xml: hidden'],
    ['locked', file({ filesMeta: { f: { locked: 'true' } } }), [], 'files_meta.xml: locked'],
    [
      'not hidden',
      file({ filesMeta: { f: { hidden: 'false', locked: 'false', display_name: 'N' } } }),
      [`${FILE} | N`],
      'listed in files_meta.xml',
    ],
    [
      'unlocked in the future',
      file({ filesMeta: { f: { unlock_at: '2099-01-01T00:00:00' } } }),
      [],
      'files_meta.xml: locked by date',
    ],
    [
      'locked in the past',
      file({ filesMeta: { f: { lock_at: '2020-01-01T00:00:00' } } }),
      [],
      'files_meta.xml: locked by date',
    ],
    [
      'unlocked in the past, locked in the future',
      file({ filesMeta: { f: { unlock_at: '2020-01-01', lock_at: '2099-01-01', display_name: 'N' } } }),
      [`${FILE} | N`],
      'listed in files_meta.xml',
    ],
    [
      'visible to the institution',
      file({ filesMeta: { f: { visibility: 'institution', display_name: 'N' } } }),
      [`${FILE} | N`],
      'listed in files_meta.xml',
    ],
    [
      'visible to no one known',
      file({ filesMeta: { f: { visibility: 'context' } } }),
      [],
      'files_meta.xml: visible to "context" only',
    ],
    [
      'not webcontent',
      file({ resources: [{ id: 'f', href: FILE, type: 'other' }] }),
      [],
      'no module, page or file list publishes it',
    ],
    ['not in the manifest', file({ resources: [] }), [], 'no module, page or file list publishes it'],
  ])('%s', async (_, spec, expected, reason) => {
    const paths = await published(spec);
    const why = await reasonFor(FILE, spec);

    expect(paths).toEqual(expected);
    expect(why).toBe(reason);
  });

  test.each([
    ['hidden', { a: { hidden: 'true' } }, []],
    ['locked', { a: { locked: 'true' } }, []],
    ['an ancestor hidden', { a: { hidden: 'true' }, 'a/b': { hidden: 'false' } }, []],
    ['another one hidden', { 'a/c': { hidden: 'true' } }, ['web_resources/a/b/x.txt | x.txt']],
    ['one whose name begins alike', { 'a/b/x': { hidden: 'true' } }, ['web_resources/a/b/x.txt | x.txt']],
  ])('in a folder, %s', async (_, folders, expected) => {
    const href = 'web_resources/a/b/x.txt';

    const paths = await published({ resources: [{ href }], folders, files: { [href]: 'text' } });

    expect(paths).toEqual(expected);
  });
});

describe('modules', () => {
  const inModule = (state?: string): CourseSpec => ({
    resources: [{ id: 'd', type: 'imsdt_xmlv1p1', files: ['topic.xml'] }],
    files: { 'topic.xml': '<topic><title>T</title></topic>' },
    modules: { 'Week 1': [{ ref: 'd', title: 'Discuss', ...(state === undefined ? {} : { state }) }] },
  });

  test.each<[string, CourseSpec, string[], string]>([
    ['an active item', inModule(), ['topic.xml | Discuss'], 'in module "Week 1"'],
    ['an item that is not', inModule('unpublished'), [], 'its item in module "Week 1" is not active'],
    ['no item', { ...inModule(), modules: {} }, [], 'no module, page or file list publishes it'],
  ])('%s', async (_, spec, expected, reason) => {
    const paths = await published(spec);
    const why = await reasonFor('topic.xml', spec);

    expect(paths).toEqual(expected);
    expect(why).toBe(reason);
  });

  test('an active item publishes what files_meta.xml hides, under the item’s title, with its module', async () => {
    const spec = file({
      filesMeta: { f: { hidden: 'true' } },
      modules: { M: [{ ref: 'f', title: 'Handout' }] },
    });

    const { results } = await play(await courseArchive(spec));

    expect(results.get(FILE)?.detail).toMatchObject({ published: true, title: 'Handout', module: 'M' });
  });

  test('a visible file’s own title overrides that of the module, which stays', async () => {
    const spec = file({
      filesMeta: { f: { display_name: 'Notes' } },
      modules: { M: [{ ref: 'f', title: 'Handout' }] },
    });

    const { results } = await play(await courseArchive(spec));

    expect(results.get(FILE)?.detail).toMatchObject({ published: true, title: 'Notes', module: 'M' });
  });
});

describe('pages', () => {
  test.each<[string, CourseSpec, string[], string]>([
    ['active', wikiPage('active'), IN_PAGE, 'active page'],
    ['published', wikiPage('published'), IN_PAGE, 'active page'],
    ['unpublished', wikiPage('unpublished'), [], 'page is unpublished'],
    ['without a state', wikiPage(undefined), [], 'page without a workflow state'],
    [
      'for instructors',
      wikiPage('active', { resources: [{ href: 'wiki_content/a.html', role: 'Instructor' }] }),
      [],
      'meant for the role Instructor',
    ],
    [
      'for students',
      wikiPage('active', { resources: [{ href: 'wiki_content/a.html', role: 'Student' }] }),
      IN_PAGE,
      'active page',
    ],
  ])('%s', async (_, spec, expected, reason) => {
    const paths = await published(spec);
    const why = await reasonFor('wiki_content/a.html', spec);

    expect(paths).toEqual(expected);
    expect(why).toBe(reason);
  });
});

describe('assignments', () => {
  test.each<[string, Record<string, string>, string[], string]>([
    ['published', {}, IN_TASK, 'published assignment'],
    ['unpublished', { workflow_state: 'unpublished' }, [], 'assignment is unpublished'],
    ['for some students', { only_visible_to_overrides: 'true' }, [], 'assignment is for some students only'],
    ['hidden in the gradebook', { hide_in_gradebook: 'true' }, [], 'assignment is hidden in the gradebook'],
    ['locked by its module', { module_locked: 'true' }, [], 'assignment is locked by its module'],
    ['locked by date', { lock_at: '2020-01-01T00:00:00' }, [], 'assignment is locked by date'],
    ['not open yet', { unlock_at: '2099-01-01T00:00:00' }, [], 'assignment is locked by date'],
  ])('%s', async (_, fields, expected, reason) => {
    const spec = assignment(fields);

    const paths = await published(spec);
    const why = await reasonFor('a/task.html', spec);

    expect(paths).toEqual(expected);
    expect(why).toBe(reason);
  });
});

test.each<[string, Record<string, string>, string[]]>([
  ['nothing said', {}, IN_SYLLABUS],
  ['public', { public_syllabus: 'true', public_syllabus_to_auth: 'false' }, IN_SYLLABUS],
  ['for users', { public_syllabus: 'false', public_syllabus_to_auth: 'true' }, IN_SYLLABUS],
  ['for no one', { public_syllabus: 'false', public_syllabus_to_auth: 'false' }, []],
])('syllabus: %s', async (_, settings, expected) => {
  const paths = await published(syllabus(settings));

  expect(paths).toEqual(expected);
});

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
    expect([...outputs.keys()]).toEqual([
      'problems/HW 1/problem.txt.md',
      'problems/HW 1/sub/My Solution.txt.md',
      'course.json',
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

test.each(['1.1', '1.2', '1.3'] as const)('Common Cartridge %s', async (version) => {
  const spec = wikiPage('active', { version });

  const paths = await published(spec);

  expect(paths).toEqual(IN_PAGE);
});

test('what is unpublished is converted on request, apart from the content', async () => {
  const { outputs } = await play(await courseArchive(wikiPage('unpublished')), { unpublished: 'convert' });

  expect([...outputs.keys()]).toEqual(['unpublished/wiki_content/a.html.md', 'course.json']);
});
