import { expect, test } from 'vitest';
import { type CourseSpec, courseArchive, page } from '../../../fixtures/canvas/course.ts';
import { joined, textFiles, webLink } from '../../../fixtures/canvas/items.ts';
import { type Played, play } from '../../../fixtures/canvas/play.ts';

const KEY = 'web_resources/key.txt';
const FILES_HIDDEN = { tab_configuration: '[{"id":11,"hidden":true}]' };

async function played(spec: CourseSpec): Promise<Played> {
  return await play(await courseArchive(spec), {}, { startedAt: new Date('2026-03-01T12:00:00Z') });
}

const inModules = (...states: readonly object[]): CourseSpec => ({
  ...textFiles('key.txt'),
  modules: Object.fromEntries(
    states.map((state, at) => [`M${at + 1}`, { ...state, items: [{ ref: KEY, title: 'Key' }] }]),
  ),
});
const LATER = { unlockAt: '2026-03-01T12:01:00' };
const DRAFT = { state: 'unpublished' };

test.each<[string, CourseSpec, string | undefined]>([
  [
    'an unpublished module alone',
    { ...inModules(DRAFT), settings: FILES_HIDDEN },
    'module "M1" is not published',
  ],
  ['an unpublished module, and Files', inModules(DRAFT), undefined],
  [
    'a module that opens later',
    { ...inModules(LATER), settings: FILES_HIDDEN },
    'module "M1" is locked until 2026-03-01T12:01:00Z',
  ],
  // Canvas locks it wherever it is met
  [
    'a module that opens later, and Files',
    inModules(LATER),
    'module "M1" is locked until 2026-03-01T12:01:00Z',
  ],
  [
    'one that opens later and one that is open',
    { ...inModules(LATER, {}), settings: FILES_HIDDEN },
    undefined,
  ],
  [
    'a module that has opened',
    { ...inModules({ unlockAt: '2026-03-01T11:59:00' }), settings: FILES_HIDDEN },
    undefined,
  ],
])('a file in %s', async (_, spec, outBy) => {
  const { results } = await played(spec);

  const detail = results.get(KEY)?.detail;
  expect(detail?.published).toBe(outBy === undefined);
  if (outBy !== undefined) expect(detail?.reason).toBe(outBy);
});

test('a page in a module that opens later is not published', async () => {
  const { results } = await played({
    resources: [{ id: 'p', href: 'wiki_content/a.html' }],
    files: { 'wiki_content/a.html': page('A', 'active') },
    modules: { Later: { ...LATER, items: [{ ref: 'p', title: 'A', type: 'WikiPage' }] } },
  });

  expect(results.get('wiki_content/a.html')?.detail?.published).toBe(false);
});

const COURSE: CourseSpec = {
  ...joined(textFiles('notes.txt'), webLink('w', 'Reader', 'https://reader.example.org/?a=1&b=2')),
  settings: { title: 'Baking' },
  modules: {
    'Week 1': {
      id: 'm1',
      items: [
        { ref: 'h', title: 'Read', type: 'ContextModuleSubHeader' },
        { ref: 'web_resources/notes.txt', title: 'Notes', indent: 1 },
        {
          ref: 'i1',
          id: 'i1',
          title: 'Reader',
          type: 'ExternalUrl',
          url: 'https://reader.example.org/?a=1&b=2',
          indent: 2,
        },
        {
          ref: 'i2',
          id: 'i2',
          title: 'Lab',
          type: 'ContextExternalTool',
          url: 'https://lab.example.org/launch',
        },
        {
          ref: 'i3',
          id: 'i3',
          title: 'Hidden',
          type: 'ExternalUrl',
          url: 'https://x.example.org',
          state: 'unpublished',
        },
      ],
    },
    'Week 2': { after: ['Week 1'], unlockAt: '2026-03-02T12:00:00', items: [] },
    Draft: { ...DRAFT, items: [] },
  },
  tree: '<item identifier="i1" identifierref="w"><title>Reader</title></item>',
};

test('modules.md is what students see, in order: headers, indents, links, dates and what is to be done before', async () => {
  const { outputs } = await played(COURSE);

  expect(outputs.get('modules.md')).toBe(`# Baking

## Week 1

- **Read**
  - [Notes](content/web_resources/notes.txt.md)
    - [Reader](https://reader.example.org/?a=1&b=2) (link)
- [Lab](content/links/i2.md) (tool)

## Week 2

**Opens:** 2026-03-02 12:00 UTC\\
**After:** Week 1
`);
});

test('course.json has the outline with every state', async () => {
  const { outputs } = await played(COURSE);

  const { modules, types } = JSON.parse(outputs.get('course.json') ?? '');
  expect(modules).toMatchObject([
    { title: 'Week 1', published: true, unlockAt: null, prerequisites: [] },
    { title: 'Week 2', published: true, unlockAt: '2026-03-02T12:00:00Z', prerequisites: ['Week 1'] },
    { title: 'Draft', published: false },
  ]);
  expect(modules[0].items).toMatchObject([
    { title: 'Read', type: 'header', indent: 0, output: null },
    { type: 'file', published: true, indent: 1, output: 'content/web_resources/notes.txt.md' },
    { type: 'link', published: true, url: 'https://reader.example.org/?a=1&b=2', path: 'w.xml' },
    { type: 'tool', published: true, path: '/links/i2' },
    { type: 'link', published: false, path: '/links/i3', output: 'unpublished/links/i3.md' },
  ]);
  expect(types).toMatchObject({ link: { total: 2, published: 1 }, tool: { total: 1, published: 1 } });
});

test('a link that lives in the modules alone has its address, and an item of its own', async () => {
  const { results, outputs } = await played({
    modules: {
      M: {
        items: [
          { ref: 'i', id: 'i', title: 'Reader', type: 'ExternalUrl', url: 'https://reader.example.org/a' },
        ],
      },
    },
  });

  expect(results.get('/links/i')?.detail).toMatchObject({
    type: 'link',
    published: true,
    title: 'Reader',
    url: 'https://reader.example.org/a',
    modules: ['M'],
    position: 1,
  });
  expect(outputs.get('content/links/i.md')).toBe(
    '# Reader\n\n[https://reader.example.org/a](https://reader.example.org/a)\n',
  );
});

test('a file in two modules names both', async () => {
  const { results } = await played(inModules({}, {}));

  expect(results.get(KEY)?.detail).toMatchObject({ modules: ['M1', 'M2'], position: 1 });
});
