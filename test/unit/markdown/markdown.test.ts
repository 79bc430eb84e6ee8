import { expect, test } from 'vitest';
import {
  type Block,
  bullets,
  codeBlock,
  heading,
  mathsBlock,
  note,
  numbered,
  paragraph,
  quote,
  table,
} from '../../../shared/markdown/block.ts';
import { code, type Inline, image, link, maths, text } from '../../../shared/markdown/inline.ts';
import { inlineLine } from '../../../shared/markdown/inline-markdown.ts';
import { toMarkdown } from '../../../shared/markdown/markdown.ts';

test.each<[string, readonly Inline[], string]>([
  ['nested marks', [text('a ', { bold: true }), text('b', { bold: true, italic: true })], '**a *b***'],
  ['blanks outside of marks', [text('a'), text(' b ', { bold: true }), text('c')], 'a **b** c'],
  [
    'a mark within a word',
    [text('un', {}), text('frigging', { italic: true }), text('real')],
    'un*frigging*real',
  ],
  ['a mark after a sign', [text('Note:', { bold: true }), text('x')], '<strong>Note:</strong>x'],
  ['a mark after a sign and a blank', [text('Note:', { bold: true }), text(' x')], '**Note:** x'],
  ['a mark of nothing', [text('a'), text(' ', { bold: true }), text('b')], 'a b'],
  ['strike-through', [text('a', { strike: true })], '~~a~~'],
  [
    'raised and lowered',
    [text('H'), text('2', { raised: 'sub' }), text('O'), text('1', { raised: 'sup' })],
    'H<sub>2</sub>O<sup>1</sup>',
  ],
  ['links', [link('a [1]', 'https://x.org/(1) 2')], '[a \\[1\\]](https://x.org/%281%29%202)'],
  ['marks in links', [text('a ', { link: 'b' }), text('c', { bold: true, link: 'b' })], '[a **c**](b)'],
  ['pictures', [image('a ]b', 'c.png')], '![a \\]b](c.png)'],
  ['linked pictures', [{ ...image('a', 'b.png'), link: 'c' }], '[![a](b.png)](c)'],
  ['code', [code('a `b` *c*')], '``a `b` *c*``'],
  ['code that begins with a backtick', [code('`a')], '`` `a ``'],
  ['formulas', [text('if '), maths(' \\frac{a}{b} < c_1*c_2 ')], 'if $\\frac{a}{b} < c_1*c_2$'],
  ['a formula that would end', [maths('a$b\\')], '$a\\$b$'],
  ['a formula that is a tag', [maths('x<script>')], '$x\\lt script>$'],
  ['an exclamation before a link', [text('Go!'), link('x', 'y')], 'Go\\![x](y)'],
  ['an exclamation', [text('Go! '), link('x', 'y')], 'Go! [x](y)'],
  ['notes', [text('a'), { type: 'noteMark', label: 'e 1' }], 'a[^e-1]'],
  ['blanks', [text(' a \u00a0\t'), text(' b ')], 'a b'],
])('%s', (_, content, expected) => {
  const line = inlineLine(content);

  expect(line).toBe(expected);
});

test.each([
  ['https://x.org/a', '[x](https://x.org/a)'],
  ['mailto:a@b.org', '[x](mailto:a@b.org)'],
  ['TEL:123', '[x](TEL:123)'],
  ['a/b.html#c', '[x](a/b.html#c)'],
  ['//x.org/a', '[x](//x.org/a)'],
  [' java\nscript:alert(1)', 'x'],
  ['\u0001javascript:alert(1)', 'x'],
  ['javascript&#58;alert(1)', '[x](javascript&amp;#58;alert%281%29)'],
  ['javascript\\:alert(1)', '[x](javascript%5C:alert%281%29)'],
  ['data:text/html,x', 'x'],
  ['file:///etc/passwd', 'x'],
  ['a b<c>`$', '[x](a%20b%3Cc%3E%60%24)'],
  ['', 'x'],
])('a link to %j', (target, expected) => {
  const line = inlineLine([link('x', target)]);

  expect(line).toBe(expected);
});

test.each<[string, readonly Block[], string]>([
  ['headings', [heading(2, 'C #'), heading(9, [text('b', { bold: true })])], '## C \\#\n\n###### b\n'],
  ['a heading of two lines', [heading(1, 'a\nb')], '# a b\n'],
  ['paragraphs', [paragraph('a\nb'), paragraph('# c\n- d')], 'a\\\nb\n\n\\# c\\\n\\- d\n'],
  ['two line breaks', [paragraph('a\n\n\nb')], 'a\n\nb\n'],
  ['nothing', [paragraph(' '), heading(1, ''), codeBlock('')], ''],
  ['a list', [paragraph('x'), bullets(['a', 'b'])], 'x\n\n- a\n- b\n'],
  ['a nested list', [numbered([[paragraph('a'), bullets(['b'])], 'c'], 9)], '9. a\n   - b\n10. c\n'],
  ['paragraphs of an item', [bullets([[paragraph('a'), paragraph('b')]])], '- a\n\n  b\n'],
  [
    'code in an item',
    [bullets([[paragraph('a'), codeBlock('x\n\ny', 'js')]])],
    '- a\n\n  ```js\n  x\n\n  y\n  ```\n',
  ],
  ['a fence in code', [codeBlock('```\nx')], '````\n```\nx\n````\n'],
  ['quotes', [quote([paragraph('a'), bullets(['b'])]), paragraph('c')], '> a\n>\n> - b\n\nc\n'],
  ['a formula', [mathsBlock('a\n\n+ b')], '$$\na\n+ b\n$$\n'],
  ['a note', [note('1', 'a\nb')], '[^1]: a b\n'],
  ['a table', [table([['a|b', 'c'], ['1']])], '| a\\|b | c |\n| --- | --- |\n| 1 |  |\n'],
  ['code in a table', [table([[[code('a\\|b')]]])], '| `a\\\\|b` |\n| --- |\n'],
  [
    'a table with spans',
    [table([[{ blocks: [paragraph('<b>')], colspan: 2, isHead: true }], ['1', '2']])],
    '<table>\n<tr><th colspan="2">&lt;b&gt;</th></tr>\n<tr><td>1</td><td>2</td></tr>\n</table>\n',
  ],
  [
    'a table with a list',
    [table([['a', { blocks: [bullets(['x', [paragraph([link('y', 'javascript:1')])]])] }]])],
    '<table>\n<tr><th>a</th><td><ul><li>x</li><li>y</li></ul></td></tr>\n</table>\n',
  ],
  [
    'a table in parts',
    [
      { ...table([['a'], ['b']]), hasMore: true },
      { ...table([['c', 'd']]), continues: true },
    ],
    '| a |\n| --- |\n| b |\n| c<br>d |\n',
  ],
])('%s', (_, blocks, expected) => {
  const markdown = toMarkdown(blocks);

  expect(markdown).toBe(expected);
});

test('a list nested 10,000 levels deep does not grow with the square of its depth', () => {
  let list = bullets(['x']);
  for (let level = 0; level < 1_000; level += 1) list = bullets([[paragraph('x'), list]]);

  const markdown = toMarkdown([list]);

  expect(markdown.match(/x/g)).toHaveLength(1_001);
  expect(markdown.length).toBeLessThan(100_000);
});
