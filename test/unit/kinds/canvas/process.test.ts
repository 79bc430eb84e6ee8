import { describe, expect, test } from 'vitest';
import { courseArchive, page, pdfOf } from '../../../fixtures/canvas/course.ts';
import { playFiles, textOf } from '../../../fixtures/canvas/files.ts';
import { markdownPaths, play } from '../../../fixtures/canvas/play.ts';

test.each([
  ['notes.txt', 'caf\u00e9\n', 'caf\u00e9\n'],
  ['latin.txt', Buffer.from('caf\u00e9', 'latin1'), 'caf\u00e9\n'],
  ['NOTES.TXT', 'x <script>', 'x &lt;script>\n'],
  ['program.py', 'if a<b:\n', '``````````python\nif a<b:\n``````````\n'],
  ['table.csv', 'a,b\n1,2\n', '| a | b |\n| --- | --- |\n| 1 | 2 |\n'],
  ['lab.ipynb', '{"cells":[{"cell_type":"markdown","source":"# Lab"}]}', '# Lab\n'],
  ['rich.doc', '{\\rtf1 rich}', 'rich\n'],
  ['readme.md', '# Title\n', '# Title\n'],
  ['formula.tex', '$x^2$', '``````````latex\n$x^2$\n``````````\n'],
  ['a.srt', '1\n00:00:01,000 --> 00:00:02,000\nHello\n', 'Hello\n'],
  ['a.vtt', 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n', 'Hello\n'],
  ['a.sjson', '{"start":[0,1],"end":[1,2],"text":["Hello","\\nthere"]}', 'Hello\nthere\n'],
  ['a.json', '{"a":1}', '``````````json\n{"a":1}\n``````````\n'],
  ['a.xml', '<a><b>One</b> &amp; <c>two</c></a>', 'One\n\n&\n\ntwo\n'],
  ['a.htm', page('T', undefined, '<p>x</p>'), '# T\n\nx\n'],
  [
    'a.rtf',
    '{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}Hello \\b bold\\b0\\par there}',
    'Hello **bold**\n\nthere\n',
  ],
])('%s', async (name, content, expected) => {
  const played = await playFiles({ [name]: content });

  expect(textOf(played, name)).toBe(expected);
  expect(played.results.get(`web_resources/${name}`)?.detail).toMatchObject({ status: 'converted' });
});

test('quizzes and discussions: HTML within XML is converted, scoring is dropped', async () => {
  const quiz =
    '<questestinterop><qtimetadata><fieldlabel>x</fieldlabel></qtimetadata><item><mattext texttype="text/html">&lt;p&gt;What is &lt;b&gt;2 + 2&lt;/b&gt;?&lt;/p&gt;</mattext><resprocessing><varequal>4711</varequal></resprocessing></item></questestinterop>';

  const played = await playFiles({ 'quiz.xml': quiz });

  expect(textOf(played, 'quiz.xml')).toBe('What is **2 + 2**?\n');
});

test('links in pages lead to the Markdown of what they name, from where it lies', async () => {
  const html = page(
    'T',
    undefined,
    '<a href="$IMS-CC-FILEBASE$/a%20b.txt?canvas_=1&amp;canvas_qs_wrap=1">f</a> <a href="$WIKI_REFERENCE$/pages/next#x">p</a> <a href="https://example.org">w</a> <img src="$IMS-CC-FILEBASE$/p.png" alt="A picture">',
  );

  const played = await play(
    await courseArchive({
      resources: [
        'web_resources/a.htm',
        'web_resources/a b.txt',
        'web_resources/p.png',
        'wiki_content/next.html',
      ].map((href) => ({ href })),
      files: {
        'web_resources/a.htm': html,
        'web_resources/a b.txt': 'x',
        'web_resources/p.png': 'x',
        'wiki_content/next.html': page('Next', 'active'),
      },
    }),
  );

  expect(textOf(played, 'a.htm')).toBe(
    '# T\n\n[f](a%20b.txt.md) [p](../wiki_content/next.html.md#x) [w](https://example.org) ![A picture](p.png)\n',
  );
});

test('a published file without a conversion is copied on request, to where links to it lead', async () => {
  const files = {
    'a.htm': page('T', undefined, '<img src="$IMS-CC-FILEBASE$/p.png" alt="A picture">'),
    'p.png': Buffer.from([1, 2, 3]),
  };

  const played = await playFiles(files, { files: 'copy' });

  expect(textOf(played, 'a.htm')).toBe('# T\n\n![A picture](p.png)\n');
  expect(played.results.get('web_resources/p.png')).toMatchObject({
    outputs: [{ path: 'content/web_resources/p.png', bytes: 3, contentType: 'image/png' }],
    detail: { status: 'unsupported' },
  });
});

test.each([['picture.png'], ['site.zip'], ['no-extension'], ['.hidden']])(
  '%s is listed as unsupported',
  async (name) => {
    const { results, outputs } = await playFiles({ [name]: 'x' });

    expect(results.get(`web_resources/${name}`)).toMatchObject({
      status: 'ok',
      outputs: [],
      detail: { status: 'unsupported' },
    });
    expect(markdownPaths({ outputs })).toEqual([]);
  },
);

test('only the extensions that the options name are converted', async () => {
  const { outputs } = await playFiles({ 'a.txt': 'x', 'b.md': 'y' }, { extensions: 'md,pdf' });

  expect(markdownPaths({ outputs })).toEqual(['content/web_resources/b.md.md']);
});

test('a table of a problem: header, four rows, count', async () => {
  const href = 'web_resources/ai/tutor/HW/data.csv';
  const csv = 'a,b\r\n1,"x, ""y"""\r\n2,"two\nlines"\r\n3,\r\n4,4\r\n5,5\r\n';

  const { outputs } = await play(await courseArchive({ resources: [{ href }], files: { [href]: csv } }));

  expect(outputs.get('problems/HW/data.csv.md')).toBe(
    '| a | b |\n| --- | --- |\n| 1 | x, "y" |\n| 2 | two<br>lines |\n| 3 |  |\n| 4 | 4 |\n\nnumber_of_records: 5\n',
  );
});

describe('PDF', () => {
  test('a short one is converted at once', async () => {
    const played = await playFiles({ 'a.pdf': pdfOf(['First page', 'Second page']) });

    expect(textOf(played, 'a.pdf')).toMatch(/First page\n+Second page\n/);
    expect(played.results.get('web_resources/a.pdf')?.detail).toMatchObject({
      status: 'converted',
      pages: 2,
    });
  });

  test('a long one expands, and its pages are joined in order', async () => {
    const lines = Array.from({ length: 45 }, (_, at) => `This is sentence ${at + 1} of the book.`);

    const played = await playFiles({ 'book.pdf': pdfOf(lines) });

    const numbers = Array.from(textOf(played, 'book.pdf')?.matchAll(/sentence (\d+)/g) ?? [], ([, number]) =>
      Number(number),
    );
    expect(numbers).toEqual(lines.map((_, at) => at + 1));
    expect(played.results.get('web_resources/book.pdf')?.detail).toMatchObject({
      status: 'converted',
      pages: 45,
    });
    expect([...played.outputs.keys()].filter((path) => path.startsWith('pages/'))).toEqual([
      'pages/web_resources/book.pdf/0001-0020.jsonl',
      'pages/web_resources/book.pdf/0021-0040.jsonl',
      'pages/web_resources/book.pdf/0041-0045.jsonl',
    ]);
    // once for its short way from archive to disk, not once per cluster of pages
    expect(played.bytesRead).toBeLessThan(3 * 45 * 400);
  });

  test.each([
    ['HTML', '<html></html>', 'PDF_INVALID'],
    ['nothing', '', 'PDF_INVALID'],
    ['cut off', pdfOf(['x']).subarray(0, 40), 'PDF_INVALID'],
  ])('%s under its name fails alone', async (_, content, code) => {
    const { results } = await playFiles({ 'a.pdf': content, 'b.txt': 'x' });

    expect(results.get('web_resources/a.pdf')).toMatchObject({
      status: 'failed',
      failure: { code },
      detail: { title: 'a.pdf' },
    });
    expect(results.get('web_resources/a.pdf')?.failure?.message).toContain('web_resources/a.pdf');
    expect(results.get('web_resources/b.txt')?.status).toBe('ok');
  });
});
