import { expect, test } from 'vitest';
import { type CourseSpec, courseArchive, page } from '../../../fixtures/canvas/course.ts';
import { joined, question, quiz, textFiles, topic } from '../../../fixtures/canvas/items.ts';
import { type Played, play } from '../../../fixtures/canvas/play.ts';

const HOME = 'wiki_content/home.html';
const anchors = (links: readonly string[]): string =>
  links.map((link, at) => `<a href="${link.replaceAll('&', '&amp;')}">${at + 1}</a>`).join(' ');

function home(...links: readonly string[]): CourseSpec {
  const files = { [HOME]: page('Home', 'active', `<p>${anchors(links)}</p>`) };
  return { resources: [{ id: 'ghome', href: HOME }], files };
}

const COURSE: CourseSpec = {
  ...joined(
    textFiles(
      'notes/week 1.txt',
      'a b+c.txt',
      '100% sure.txt',
      'c#sharp?.txt',
      'caf\u00e9.txt',
      'hidden.txt',
    ),
    topic({ id: 'gtopic', title: 'Forum' }),
    quiz({ id: 'gquiz', title: 'Quiz', questions: '', assignment: {} }),
    {
      resources: [
        { id: 'gunit', href: 'wiki_content/unit-1.html' },
        { id: 'gdraft', href: 'wiki_content/draft.html' },
        { id: 'gsyl', href: 'course_settings/syllabus.html', intendedUse: 'syllabus' },
      ],
      files: {
        'wiki_content/unit-1.html': page('Unit 1: Rocks', 'active'),
        'wiki_content/draft.html': page('Draft', 'unpublished'),
        'course_settings/syllabus.html': page('Syllabus', undefined),
      },
    },
  ),
  settings: { title: 'Rocks', tab_configuration: '[{"id":11,"hidden":true}]' },
  context: { canvas_domain: 'canvas.example.edu', course_id: '101' },
  modules: {
    'Week 1': { id: 'gmod', items: [{ ref: 'gunit', id: 'gitem', title: 'Unit', type: 'WikiPage' }] },
  },
};

async function played(...links: readonly string[]): Promise<Played> {
  const { resources = [], files } = home(...links);
  return await play(
    await courseArchive({
      ...COURSE,
      resources: [...(COURSE.resources ?? []), ...resources],
      files: { ...COURSE.files, ...files },
    }),
  );
}

/** Where the only link of the home page leads; undefined where it is no link. */
async function targetOf(link: string): Promise<string | undefined> {
  const { outputs } = await played(link);
  return /\[1\]\((.*)\)/.exec(outputs.get(`content/${HOME}.md`) ?? '')?.[1];
}

test.each([
  ['$WIKI_REFERENCE$/pages/unit-1', 'unit-1.html.md'],
  ['$WIKI_REFERENCE$/pages/gunit', 'unit-1.html.md'],
  ['$WIKI_REFERENCE$/pages/unit-1#top', 'unit-1.html.md#top'],
  ['$WIKI_REFERENCE$/pages/Unit%201', 'unit-1.html.md'],
  ['$CANVAS_OBJECT_REFERENCE$/pages/unit-1?module_item_id=gitem', 'unit-1.html.md'],
  ['$CANVAS_OBJECT_REFERENCE$/discussion_topics/gtopic', '../gtopic.xml.md'],
  ['$CANVAS_OBJECT_REFERENCE$/quizzes/gquiz', '../gquiz/assessment_qti.xml.md'],
  ['$CANVAS_OBJECT_REFERENCE$/assignments/gquiz-task', '../gquiz/assessment_qti.xml.md'],
  ['$CANVAS_OBJECT_REFERENCE$/modules/gmod', '../../modules.md#week-1'],
  ['$CANVAS_COURSE_REFERENCE$/modules', '../../modules.md'],
  ['$CANVAS_COURSE_REFERENCE$/modules/items/gitem', 'unit-1.html.md'],
  ['$CANVAS_COURSE_REFERENCE$/assignments/syllabus', '../course_settings/syllabus.html.md'],
  ['$CANVAS_COURSE_REFERENCE$/grades', 'https://canvas.example.edu/courses/101/grades'],
  ['/courses/101/files/5', 'https://canvas.example.edu/courses/101/files/5'],
  ['$CANVAS_COURSE_REFERENCE$/file_ref/web_resources%2Fx/download?wrap=1', undefined],
  ['$IMS-CC-FILEBASE$/notes/week%201.txt?canvas_download=1', '../web_resources/notes/week%201.txt.md'],
  ['$1EdTech-CC-FILEBASE$/notes/week%201.txt', '../web_resources/notes/week%201.txt.md'],
  ['$IMS_CC_FILEBASE$/notes/week%201.txt', '../web_resources/notes/week%201.txt.md'],
  ['$IMS-CC-FILEBASE$/a%20b%2Bc.txt', '../web_resources/a%20b%2Bc.txt.md'],
  ['$IMS-CC-FILEBASE$/100%25%20sure.txt', '../web_resources/100%25%20sure.txt.md'],
  ['$IMS-CC-FILEBASE$/c%23sharp%3F.txt?canvas_qs_wrap=1', '../web_resources/c%23sharp%3F.txt.md'],
  ['$IMS-CC-FILEBASE$/cafe%CC%81.txt', '../web_resources/caf%C3%A9.txt.md'],
  ['$IMS-CC-FILEBASE$/gone.txt', undefined],
  // students can't go there
  ['$WIKI_REFERENCE$/pages/draft', undefined],
  ['$OF_TOMORROW$/x', undefined],
  ['https://example.org/', 'https://example.org/'],
])('%s leads to %s', async (link, expected) => {
  const target = await targetOf(link);

  expect(target).toBe(expected);
});

test('a file is linked by its identifier, and published so', async () => {
  const spec = joined(home('$CANVAS_COURSE_REFERENCE$/file_ref/gfile/download?wrap=1'), {
    resources: [{ id: 'gfile', href: 'web_resources/x.txt' }],
    files: { 'web_resources/x.txt': 'text' },
    settings: COURSE.settings ?? {},
  });

  const { results, outputs } = await play(await courseArchive(spec));

  expect(results.get('web_resources/x.txt')?.detail).toMatchObject({
    published: true,
    reason: 'linked from "Home"',
  });
  expect(outputs.get(`content/${HOME}.md`)).toContain('[1](../web_resources/x.txt.md)');
});

test('course.json counts the links and lists the dead ones, with the reason', async () => {
  const { outputs, warnings } = await played(
    '$WIKI_REFERENCE$/pages/unit-1',
    '$WIKI_REFERENCE$/pages/gone',
    '$WIKI_REFERENCE$/pages/draft',
  );

  const { links } = JSON.parse(outputs.get('course.json') ?? '');
  expect(links).toEqual({
    total: 3,
    dead: 2,
    deadLinks: [
      { in: HOME, published: true, link: '$WIKI_REFERENCE$/pages/gone', why: 'the course has no such page' },
      {
        in: HOME,
        published: true,
        link: '$WIKI_REFERENCE$/pages/draft',
        why: 'not published: page is unpublished',
      },
    ],
  });
  expect(warnings).toContain('links in what students see that lead nowhere: 2; course.json lists them');
});

test('links in quizzes and discussions reach files as those in pages do; those in what is hidden do not', async () => {
  const link = (name: string): string => `<a href="$IMS-CC-FILEBASE$/${name}">x</a>`;
  const spec = {
    ...joined(
      textFiles('q.txt', 't.txt', 'u.txt'),
      quiz({ questions: question({ prompt: link('q.txt') }) }),
      topic({ html: link('t.txt') }),
      topic({ id: 'u', html: link('u.txt'), fields: { workflow_state: 'unpublished' } }),
    ),
    settings: COURSE.settings ?? {},
  };

  const { results } = await play(await courseArchive(spec));

  const published = ['q.txt', 't.txt', 'u.txt'].map(
    (name) => results.get(`web_resources/${name}`)?.detail?.published,
  );
  expect(published).toEqual([true, true, false]);
});

test('a page whose tab is hidden is published when a page that students see links to it', async () => {
  const tabs = { tab_configuration: '[{"id":2,"hidden":true}]' };
  const linking = page('Home', 'active', anchors(['$WIKI_REFERENCE$/pages/b'])).replace(
    '<head>',
    '<head><meta name="front_page" content="true"/>',
  );
  const names = ['home', 'b', 'c'].map((name) => `wiki_content/${name}.html`);
  const [first = '', second = '', third = ''] = names;

  const { results } = await play(
    await courseArchive({
      resources: names.map((href) => ({ href })),
      files: { [first]: linking, [second]: page('B', 'active'), [third]: page('C', 'active') },
      settings: tabs,
    }),
  );

  const reasons = names.map((name) => results.get(name)?.detail?.reason);
  expect(reasons).toEqual([
    'active page',
    'linked from "Home"',
    'the tab of the pages is hidden, and no module or page leads to it',
  ]);
});
