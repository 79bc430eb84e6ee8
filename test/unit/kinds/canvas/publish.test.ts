import { describe, expect, test } from 'vitest';
import { assignmentXml, type CourseSpec, courseArchive, page } from '../../../fixtures/canvas/course.ts';
import { play } from '../../../fixtures/canvas/play.ts';
import {
  FILE,
  file,
  IN_FILE,
  IN_PAGE,
  published,
  reasonFor,
  wikiPage,
} from '../../../fixtures/canvas/published.ts';

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
    ['an active item', inModule(), ['topic.xml | T'], 'in module "Week 1"'],
    ['an item that is not', inModule('unpublished'), [], 'its item in module "Week 1" is not active'],
    ['no item', { ...inModule(), modules: {} }, [], 'topic without settings'],
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

    expect(results.get(FILE)?.detail).toMatchObject({ published: true, title: 'Handout', modules: ['M'] });
  });

  test('a visible file’s own title overrides that of the module, which stays', async () => {
    const spec = file({
      filesMeta: { f: { display_name: 'Notes' } },
      modules: { M: [{ ref: 'f', title: 'Handout' }] },
    });

    const { results } = await play(await courseArchive(spec));

    expect(results.get(FILE)?.detail).toMatchObject({ published: true, title: 'Notes', modules: ['M'] });
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
  [
    'for no one else than students, who have its tab',
    { public_syllabus: 'false', public_syllabus_to_auth: 'false', tab_configuration: '[{"id":1}]' },
    IN_SYLLABUS,
  ],
  ['its tab hidden', { public_syllabus: 'true', tab_configuration: '[{"id":1,"hidden":true}]' }, []],
])('syllabus: %s', async (_, settings, expected) => {
  const paths = await published(syllabus(settings));

  expect(paths).toEqual(expected);
});

test.each(['1.1', '1.2', '1.3'] as const)('Common Cartridge %s', async (version) => {
  const spec = wikiPage('active', { version });

  const paths = await published(spec);

  expect(paths).toEqual(IN_PAGE);
});
