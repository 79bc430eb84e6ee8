import { expect, test } from 'vitest';
import { htmlCharset, htmlToMarkdown } from '../../../shared/text/html.ts';

test.each([
  ['a title', '<title> Week  1 </title><p>Text</p>', '# Week 1\n\nText\n'],
  ['a title that the page repeats', '<title>Week 1</title><h1>Week 1</h1><p>Text</p>', '# Week 1\n\nText\n'],
  ['a title alone', '<title>Empty</title>', '# Empty\n'],
  ['emphasis', '<p><b>a</b> <em>b</em> <s>c</s> <code>d</code></p>', '**a** *b* ~~c~~ `d`\n'],
  ['scripts and styles', '<style>p{}</style><script>x</script><p>Text</p>', 'Text\n'],
  ['lists', '<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>', '- a\n  - b\n- c\n'],
  ['numbered lists', '<ol start="9"><li>a</li><li>b<p>more</p></li></ol>', '9. a\n10. b\n\n    more\n'],
  ['code', '<pre><code>a  b\n c</code></pre>', '```\na  b\n c\n```\n'],
  ['code of a language', '<pre class="language-js"><code>a < b</code></pre>', '```js\na < b\n```\n'],
  ['preformatted text', '<pre>a * b\n  c</pre>', '```\na * b\n  c\n```\n'],
  ['code with a fence in it', '<pre>```\nx\n```</pre>', '````\n```\nx\n```\n````\n'],
  ['links', '<a href="https://example.org/x">x</a>', '[x](https://example.org/x)\n'],
  ['images', '<img src="a.png" alt="A">', '![A](a.png)\n'],
  [
    'players',
    '<iframe src="https://example.org/v" title="The film"></iframe>',
    '[The film](https://example.org/v)\n',
  ],
  ['a link that runs code', '<a href=" java\tscript:alert(1)">x</a>', 'x\n'],
  ['a player that runs code', '<iframe src="javascript:alert(1)" title="The film"></iframe>', '\n'],
  [
    'a title that is markup',
    '<iframe src="https://example.org/v" title="a](b"></iframe>',
    '[a\\](b](https://example.org/v)\n',
  ],
  ['Markdown signs in text', '<p>2 * 3 * 4 and a_b_c</p>', '2 \\* 3 \\* 4 and a\\_b\\_c\n'],
])('%s', (_, html, expected) => {
  const { markdown } = htmlToMarkdown(html);

  expect(markdown).toBe(expected);
});

test.each([
  [
    'data',
    '<table><tr><th>A</th><th>B</th></tr><tr><td>1|2</td><td>x<br>y</td></tr></table>',
    '| A | B |\n| --- | --- |\n| 1\\|2 | x<br>y |\n',
  ],
  [
    'sections and a caption',
    '<table><caption>Sizes</caption><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>',
    '**Sizes**\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n',
  ],
  [
    'columns that span',
    '<table><tr><td colspan="2">wide</td></tr><tr><td>1</td><td>2</td></tr></table>',
    '| wide |  |\n| --- | --- |\n| 1 | 2 |\n',
  ],
  ['layout', '<table><tr><td><h2>Left</h2></td><td><p>Right</p></td></tr></table>', '## Left\n\nRight\n'],
  ['one column', '<table><tr><td>a</td></tr><tr><td>b</td></tr></table>', 'a\n\nb\n'],
])('table: %s', (_, html, expected) => {
  const { markdown } = htmlToMarkdown(html);

  expect(markdown).toBe(expected);
});

test('resolves links, pictures and players', () => {
  const html = '<a href="@a">a</a> <img src="@b" alt="b"><iframe src="@c"></iframe><a href="keep">d</a>';

  const { markdown } = htmlToMarkdown(html, (link) =>
    link.startsWith('@') ? `to/${link.slice(1)}` : undefined,
  );

  expect(markdown).toBe('[a](to/a) ![b](to/b)\n\n[iframe](to/c)\n\n[d](keep)\n');
});

test('reads title and meta', () => {
  const page = htmlToMarkdown('<head><title>T</title><meta name="Workflow_State" content="active"></head>');

  expect(page.title).toBe('T');
  expect(page.meta.get('workflow_state')).toBe('active');
});

test.each([
  ['a million levels', '<div>'.repeat(1_000_000)],
  ['600 levels', `${'<div>'.repeat(600)}${'</div>'.repeat(600)}`],
])('refuses a page that nests deeper than the converter could follow: %s', (_, html) => {
  expect(() => htmlToMarkdown(html)).toThrow(expect.objectContaining({ code: 'ITEM_TOO_LARGE' }));
});

test('a list of 20,000 numbered items stays linear', () => {
  const html = `<ol>${'<li>x</li>'.repeat(20_000)}</ol>`;
  const start = performance.now();

  const { markdown } = htmlToMarkdown(html);

  expect(markdown.endsWith('20000. x\n')).toBe(true);
  // measured 0.6 s; counting the items before each one took over 60 s
  expect(performance.now() - start).toBeLessThan(20_000);
});

test.each([
  ['<meta charset="koi8-r">', 'koi8-r'],
  ['<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"/>', 'iso-8859-1'],
  ['<p>none</p>', undefined],
])('charset of %s', (html, expected) => {
  const charset = htmlCharset(Buffer.from(html));

  expect(charset).toBe(expected);
});
