import { describe, expect, test } from 'vitest';
import { canvas } from '../../../../shared/kinds/canvas/index.ts';
import {
  archiveOf,
  type CourseSpec,
  courseArchive,
  manifestXml,
  page,
  plainCartridge,
} from '../../../fixtures/canvas/course.ts';
import { markdownPaths, play } from '../../../fixtures/canvas/play.ts';

const TITLE = '<lom><general><title><string>Plain rocks</string></title></general></lom>';
const PLAIN: CourseSpec = {
  lom: TITLE,
  tree: '<item identifier="m"><title>Chapter 1</title><item identifier="i1" identifierref="R1"><title>Unit one</title></item><item identifier="i2" identifierref="R3"><title>Forum</title></item></item>',
  resources: [
    { id: 'R1', href: 'content/unit1.html', files: ['content/unit1.html', 'images/r.png'] },
    { id: 'R2', href: 'docs/notes.txt' },
    { id: 'R3', type: 'imsdt_xmlv1p1', files: ['R3.xml'] },
  ],
  files: {
    'content/unit1.html': page(
      'Unit one',
      undefined,
      '<p>Rivers <img src="../images/r.png" alt="A river"></p>',
    ),
    'images/r.png': 'x',
    'docs/notes.txt': 'Notes',
    'R3.xml': '<topic><title>Forum</title><text texttype="text/html">&lt;p&gt;Talk&lt;/p&gt;</text></topic>',
  },
};

describe('a cartridge that Canvas did not write', () => {
  test('publishes nothing, and says why and what can be done', async () => {
    const { results, outputs, warnings } = await play(await plainCartridge(PLAIN));

    expect([...results.values()].filter(({ detail }) => detail?.published === true)).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^no Canvas settings: .*publish=tree/)]);
    expect(JSON.parse(outputs.get('course.json') ?? '')).toMatchObject({
      title: 'Plain rocks',
      isCanvas: false,
    });
  });

  test('publish=tree publishes what its tree shows, and what that links to', async () => {
    const played = await play(await plainCartridge(PLAIN), { publish: 'tree' });

    expect(markdownPaths(played)).toEqual([
      'content/content/unit1.html.md',
      'unpublished/docs/notes.txt.md',
      'content/R3.xml.md',
    ]);
    expect(played.outputs.get('content/content/unit1.html.md')).toBe(
      '# Unit one\n\nRivers ![A river](../images/r.png)\n',
    );
    expect(played.outputs.get('modules.md')).toBe(
      '# Plain rocks\n\n## Chapter 1\n\n- [Unit one](content/content/unit1.html.md)\n- [Forum](content/R3.xml.md) (discussion)\n',
    );
    expect(played.results.get('images/r.png')?.detail?.published).toBe(true);
  });

  test('what is for instructors stays out', async () => {
    const resources = PLAIN.resources?.map((each) => ({ ...each, role: 'Instructor' })) ?? [];

    const { results } = await play(await plainCartridge({ ...PLAIN, resources }), { publish: 'tree' });

    expect(results.get('content/unit1.html')?.detail).toMatchObject({ published: false });
  });
});

test('links and tools of a thin cartridge stand in its manifest', async () => {
  const thin: CourseSpec = {
    version: '1.3',
    lom: TITLE,
    tree: '<item identifier="u"><title>Unit 1</title><item identifier="i1" identifierref="w"><title>Cell video</title></item><item identifier="i2" identifierref="l"><title>Cell quiz</title></item></item>',
    resources: [
      {
        id: 'w',
        type: 'imswl_xmlv1p3',
        inner: '<webLink><title>Cell video</title><url href="https://video.example.org/cell"/></webLink>',
      },
      {
        id: 'l',
        type: 'imsbasiclti_xmlv1p3',
        inner:
          '<cartridge_basiclti_link xmlns:blti="b"><blti:title>Cell quiz</blti:title><blti:launch_url>http://tool.example.org/a</blti:launch_url><blti:secure_launch_url>https://tool.example.org/a</blti:secure_launch_url></cartridge_basiclti_link>',
      },
    ],
  };

  const { outputs } = await play(await plainCartridge(thin), { publish: 'tree' });

  expect(outputs.get('modules.md')).toBe(
    '# Plain rocks\n\n## Unit 1\n\n- [Cell video](https://video.example.org/cell) (link)\n- [Cell quiz](content/links/l.md) (tool)\n',
  );
  expect(outputs.get('content/links/l.md')).toContain(
    '[https://tool.example.org/a](https://tool.example.org/a)',
  );
});

describe('roles', () => {
  const spec: CourseSpec = {
    resources: [
      { id: 'p', href: 'wiki_content/a.html', role: 'Learner' },
      { id: 'k', href: 'web_resources/key.txt', role: 'Instructor' },
      { id: 's', href: 'web_resources/slides.txt', role: 'Learner' },
    ],
    files: {
      'wiki_content/a.html': page('A', 'active'),
      'web_resources/key.txt': 'x',
      'web_resources/slides.txt': 'x',
    },
    modules: { M: [{ ref: 'k', title: 'Key' }] },
  };

  test('a learner is a student; what is for instructors is closed, even in a module', async () => {
    const { results } = await play(await courseArchive(spec));

    const published = spec.resources?.map(({ href = '' }) => results.get(href)?.detail?.published);
    expect(published).toEqual([true, false, true]);
    expect(results.get('web_resources/key.txt')?.detail?.reason).toBe('meant for the role Instructor');
  });
});

describe('the archive', () => {
  const course: CourseSpec = {
    resources: [{ href: 'wiki_content/home.html' }, { href: 'web_resources/sim/index.html' }],
    files: {
      'wiki_content/home.html': page('Home', 'active', '<a href="$IMS-CC-FILEBASE$/sim/index.html">x</a>'),
      'web_resources/sim/index.html': page('Guide', undefined, 'How to run it.'),
    },
  };

  test('may hold the whole course in one folder', async () => {
    const entries = Object.entries({ 'imsmanifest.xml': manifestXml(course), ...course.files });
    const archive = await archiveOf(
      entries.map(([name, content]) => [`My Export/${name}`, content] as const),
    );

    const { outputs, results } = await play(archive);

    expect(outputs.get('content/wiki_content/home.html.md')).toBe(
      '# Home\n\n[x](../web_resources/sim/index.html.md)\n',
    );
    expect(results.get('My Export/wiki_content/home.html')?.detail?.listedAs).toBe('wiki_content/home.html');
  });

  test('HTML among the files is a file like any other', async () => {
    const { results } = await play(await courseArchive(course));

    expect(results.get('web_resources/sim/index.html')?.detail).toMatchObject({
      type: 'file',
      published: true,
    });
  });

  test('a manifest over its limit is called too large, not missing', async () => {
    const items = Array.from({ length: 2_000_000 }, (_, at) => `<item identifier="${at}"/>`);
    const archive = await archiveOf([['imsmanifest.xml', `<manifest>${items.join('')}</manifest>`]]);

    await expect(play(archive)).rejects.toMatchObject({
      code: 'SOURCE_TOO_LARGE',
      message: expect.stringMatching(/^imsmanifest\.xml: \d+ bytes, at most 33554432 are read$/),
    });
  });

  test('a manifest that is refused is no missing one', async () => {
    const archive = await archiveOf([['imsmanifest.xml', ' '.repeat(8 * 1024 * 1024)]]);

    await expect(play(archive)).rejects.toMatchObject({
      code: 'ZIP_MEMBER_INVALID',
      message: expect.stringMatching(/^imsmanifest\.xml: /),
    });
  });

  test.each([
    ['course.imscc', true],
    ['course.zip', true],
    ['course.txt', false],
  ])('is taken for a course by its names within: %s', async (name, expected) => {
    const head = (await courseArchive(course)).subarray(0, 512);

    expect(canvas.accepts(name, head)).toBe(expected);
    expect(canvas.accepts('other.zip', (await archiveOf([['a.txt', 'x']])).subarray(0, 512))).toBe(false);
  });

  test.each([
    ['ISO-8859-1', (xml: string) => Buffer.from(xml, 'latin1')],
    ['UTF-16', (xml: string) => Buffer.from(`\uFEFF${xml}`, 'utf16le')],
  ])('may have XML in %s', async (encoding, encoded) => {
    const module = `<?xml version="1.0" encoding="${encoding}"?><modules><module identifier="m"><title>Caf\u00e9</title><workflow_state>active</workflow_state></module></modules>`;

    const { outputs } = await play(
      await courseArchive({ files: { 'course_settings/module_meta.xml': encoded(module) } }),
    );

    expect(outputs.get('modules.md')).toContain('## Caf\u00e9\n');
  });
});
