import { expect, test } from 'vitest';
import { csvHead } from '../../../shared/text/csv-head.ts';
import { encodeText } from '../../../shared/text/encode.ts';
import { decodeEntities } from '../../../shared/text/entities.ts';
import { htmlTags } from '../../../shared/text/html-tags.ts';
import { linesOf } from '../../../shared/text/lines.ts';
import { tidyText } from '../../../shared/text/tidy.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function list<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

test.each([
  ['', []],
  ['a', ['a']],
  ['a\nb', ['a', 'b']],
  ['a\r\nb\rc\n', ['a', 'b', 'c']],
  ['\n\na\r', ['', '', 'a']],
])('lines of %j', async (text, expected) => {
  const lines = await Promise.all([1, 2, 100].map((size) => list(linesOf(inPieces(text, size)))));

  expect(lines).toEqual([expected, expected, expected]);
});

test('a text without line ends is cut, not gathered', async () => {
  const lines = await list(linesOf(inPieces('x'.repeat(5_000_000), 100_000)));

  expect(lines.length).toBeGreaterThan(3);
  expect(lines.join('').length).toBe(5_000_000);
});

test('strings are encoded in large chunks', async () => {
  const chunks = await list(encodeText(Array.from({ length: 10_000 }, () => 'line é\n')));

  expect(chunks.length).toBe(2);
  expect(Buffer.concat(chunks).toString()).toBe('line é\n'.repeat(10_000));
});

test.each([
  ['&amp;lt; &#233; &#xe9; &quot; &nbsp;', '&lt; é é " \u00a0'],
  ['&unknown; &#0; &#x110000; & &amp', '&unknown; &#0; &#x110000; & &amp'],
  ['&constructor;', '&constructor;'],
])('entities in %s', (text, expected) => {
  const decoded = decodeEntities(text);

  expect(decoded).toBe(expected);
});

test.each<[string, string, string[]]>([
  ['tags with their text', '<title>A &amp; B</title><p>x', ['title A & B', 'p x']],
  ['comments', '<!-- <a href="x"> --><b>', ['b ']],
  ['scripts', '<script>if (a<b) "<a>"</SCRIPT ><i>', ['script ', 'i ']],
  ['a sign that is no tag', 'a < b <u>', ['u ']],
  ['quotes that hold >', '<a title=">">x</a><b>', ['a x', 'b ']],
  ['a stray quote', "<p class=it's>x<b>", ['p x', 'b ']],
  ['upper case', '<META NAME="X">', ['meta ']],
  ['a tag that never ends', '<b>x<a href="', ['b x']],
])('tags: %s', async (_, html, expected) => {
  const tags = await Promise.all([1, 3, 1000].map((size) => list(htmlTags(inPieces(html, size)))));

  for (const found of tags) expect(found.map(({ name, text }) => `${name} ${text}`)).toEqual(expected);
});

test('a picture of 1 MB in an attribute does not hide what follows', async () => {
  const html = `<img src="data:image/png;base64,${'A'.repeat(1_000_000)}"><a href="x">`;

  const tags = await list(htmlTags(inPieces(html, 65_536)));

  expect(tags.map(({ name }) => name)).toEqual(['img', 'a']);
});

test('tidies what was laid out with spaces', async () => {
  const text = await list(tidyText(inPieces('\n\n  a   b  \n\n\n\nc | | \n', 5)));

  expect(text.join('')).toBe('a b\n\nc\n');
});

test.each([
  ['a,b\n1,2\n', '| a | b |\n| --- | --- |\n| 1 | 2 |\n\nnumber_of_records: 1\n'],
  ['a\n\n\n1\n', '| a |\n| --- |\n| 1 |\n\nnumber_of_records: 1\n'],
  ['a,b\n1\n1,2,3', '| a | b |\n| --- | --- |\n| 1 |  |\n| 1 | 2 |\n\nnumber_of_records: 2\n'],
  ['a\n"x""y"\n', '| a |\n| --- |\n| x"y |\n\nnumber_of_records: 1\n'],
  ['a\n""\n', '| a |\n| --- |\n|  |\n\nnumber_of_records: 1\n'],
  ['a\n"""x"""\n', '| a |\n| --- |\n| "x" |\n\nnumber_of_records: 1\n'],
  ['', 'number_of_records: 0\n'],
])('table %j', async (csv, expected) => {
  const markdown = await Promise.all(
    [1, 100].map(async (size) => (await list(csvHead(inPieces(csv, size)))).join('')),
  );

  expect(markdown).toEqual([expected, expected]);
});
