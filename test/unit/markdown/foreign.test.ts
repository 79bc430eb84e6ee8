import { expect, test } from 'vitest';
import { fenced } from '../../../shared/markdown/fence.ts';
import { safeMarkdown } from '../../../shared/markdown/foreign.ts';

test.each([
  ['Markdown', '# a *b* [c](d.md) ![e](f.png)', '# a *b* [c](d.md) ![e](f.png)'],
  ['tags that format', 'H<sub>2</sub>O<br>x <b>y</b>', 'H<sub>2</sub>O<br>x <b>y</b>'],
  ['cells that span', '<td colspan="2" rowspan=3>x</td>', '<td colspan="2" rowspan=3>x</td>'],
  ['tags with attributes', '<b onclick="x">y</b>', '&lt;b onclick="x">y</b>'],
  ['scripts', '<script>x</script>', '&lt;script>x&lt;/script>'],
  ['pictures that run code', '<img src=x onerror=y>', '&lt;img src=x onerror=y>'],
  [
    'addresses',
    '<https://x.org> <mailto:a@b.c> <javascript:x>',
    '<https://x.org> <mailto:a@b.c> &lt;javascript:x>',
  ],
  ['links that run code', '[a](javascript:b) ![c](data:d)', '[a](#) ![c](#)'],
  ['links in angle brackets', '[a](<javascript:b>)', '[a](<#>)'],
  ['a scheme by references', '[a](javascript&#58;b) [c](java&colon;x)', '[a](#) [c](#)'],
  ['a scheme by escapes', '[a](javascript\\:b)', '[a](#)'],
  ['definitions', '[a]: javascript:b', '[a]: #'],
  [
    'good links',
    '[a](https://x.org/?a=1&b=2) [b](mailto:a@b.c)',
    '[a](https://x.org/?a=1&b=2) [b](mailto:a@b.c)',
  ],
  ['code in a line', 'a `<script>` ``<b x>`` <i x>', 'a `<script>` ``<b x>`` &lt;i x>'],
  ['a backtick alone', '` <script>', '` &lt;script>'],
  ['code', '```\n<script>\n``` x\n~~~\n```\n<script>', '```\n<script>\n``` x\n~~~\n```\n&lt;script>'],
  ['control characters', 'a\u001b[1m', 'a[1m'],
])('others’ Markdown: %s', (_, markdown, expected) => {
  const safe = safeMarkdown(markdown);

  expect(safe).toBe(expected);
});

test.each([1, 4, 1000])('code can not end its fence, in pieces of %d', async (size) => {
  const code = `a\r\n${'`'.repeat(12)}\nb`;

  const pieces = await Array.fromAsync(fenced('x', piecesOf(code, size)));

  const fence = '`'.repeat(10);
  expect(pieces.join('')).toBe(`${fence}x\na\n    ${'`'.repeat(12)}\nb\n${fence}\n`);
});

async function* piecesOf(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}
