import { expect, test } from 'vitest';
import { escapeHtml, escapeLabel, escapeLineStart, escapeText } from '../../../shared/markdown/escape.ts';

test.each([
  ['emphasis', '2 * 3 and **x**', '2 \\* 3 and \\*\\*x\\*\\*'],
  ['underscores within words', 'a_b_c é_é', 'a_b_c é_é'],
  ['underscores around words', '_a_ __init__ (_b_)', '\\_a\\_ \\_\\_init\\_\\_ (\\_b\\_)'],
  ['code', '`x` ``y``', '\\`x\\` \\`\\`y\\`\\`'],
  ['backslashes before punctuation', 'C:\\Users \\* a\\', 'C:\\Users \\\\\\* a\\\\'],
  [
    'tags',
    '<script>alert(1)</script> <!-- x --> <?php',
    '&lt;script>alert(1)&lt;/script> &lt;!-- x --> &lt;?php',
  ],
  ['signs that begin no tag', 'a < b <3 x > y', 'a < b <3 x > y'],
  ['references', '&lt;b&gt; &#60; &copy;', '&amp;lt;b&amp;gt; &amp;#60; &amp;copy;'],
  ['ampersands', 'Q & A, AT&T; a&b', 'Q & A, AT&amp;T; a&b'],
  ['links', '[a](b) [c]: d [e][f]', '[a\\](b) [c\\]: d [e\\][f]'],
  ['brackets', '[1] see [2].', '[1] see [2].'],
  ['notes', '[^1] x', '\\[^1] x'],
  ['strike-through', '~~a~~ ~b~ ~5', '\\~\\~a\\~\\~ ~b\\~ ~5'],
  ['a home page', 'http://a.edu/~x', 'http://a.edu/~x'],
  ['mathematics', '$x$ costs $5 or 5 $ more', '\\$x$ costs \\$5 or 5 $ more'],
  ['control characters', 'a\u0000\u001b[1mb\u009bc\td', 'a[1mbc\td'],
  ['line ends', 'a\r\nb\rc\u2028d\u2029e\u0085f', 'a\nb\nc\nd\ne\nf'],
  ['half a character', 'a\ud800b', 'a\ufffdb'],
])('%s', (_, text, expected) => {
  const escaped = escapeText(text);

  expect(escaped).toBe(expected);
});

test.each([
  ['# a', '\\# a'],
  ['#a', '#a'],
  ['- a', '\\- a'],
  ['-', '\\-'],
  ['-5 degrees', '-5 degrees'],
  ['+ a', '\\+ a'],
  ['> a', '\\> a'],
  ['1. a', '1\\. a'],
  ['12) a', '12\\) a'],
  ['1.5', '1.5'],
  ['1.', '1\\.'],
  ['---', '\\---'],
  ['====', '\\===='],
  ['| --- | --- |', '\\| --- | --- |'],
  [':--|', '\\:--|'],
  ['[ ] a', '\\[ ] a'],
  ['| a | b |', '| a | b |'],
])('a line that begins with %j', (line, expected) => {
  const escaped = escapeLineStart(line);

  expect(escaped).toBe(expected);
});

test('a label has no bracket that ends it', () => {
  const label = escapeLabel('a](b) [c] <i>');

  expect(label).toBe('a\\](b) \\[c\\] &lt;i>');
});

test('HTML has no sign that is markup', () => {
  const html = escapeHtml('<b title="x">&amp;</b>');

  expect(html).toBe('&lt;b title=&quot;x&quot;&gt;&amp;amp;&lt;/b&gt;');
});

test.each<[string, string]>([
  ['backslashes', '\\'],
  ['brackets', '['],
  ['closing brackets', ']('],
  ['tildes', '~'],
  ['dollars', '$'],
  ['ampersands', '&#'],
  ['blanks', '\u00a0'],
  ['underscores', '_'],
  ['hashes', ' #'],
])('a row of %s takes linear time', (_, sign) => {
  const start = performance.now();

  for (const escaped of [escapeText, escapeLabel, escapeLineStart]) escaped(sign.repeat(500_000));

  // measured under 0.2 s; a quadratic pattern takes minutes
  expect(performance.now() - start).toBeLessThan(5_000);
});
