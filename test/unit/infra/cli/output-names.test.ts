import { expect, test } from 'vitest';
import { isRenamed, OutputNames } from '../../../../infra/cli/output-names.ts';

function toFiles(paths: readonly string[]): string[] {
  const names = new OutputNames();
  for (const path of paths) names.see(path);
  return paths.map((path) => names.toFile(path).join('/'));
}

test.each([
  ['content/a b/ü.md', 'content/a b/ü.md'],
  ['', 'index.html'],
  ['api/v3/', 'api/v3/index.html'],
  ['week 1: intro?.md', 'week 1_ intro_.md'],
  ['back\\slash<>"|*.md', 'back_slash_____.md'],
  ['con', '_con'],
  ['a/NUL.txt.md', 'a/_NUL.txt.md'],
  ['a/com¹.md', 'a/_com¹.md'],
  ['console.md', 'console.md'],
  ['lpt10.md', 'lpt10.md'],
  ['dot./trail /x.md', 'dot_/trail_/x.md'],
  ['a/../b', 'a/__/b'],
  ['./x', '_/x'],
  ['a//b', 'a/_/b'],
  ['a\u202etxt.exe', 'a_txt.exe'],
  ['\u0000\u001b\ud800', '___'],
])('the output %j is the file %j', (path, file) => {
  expect(toFiles([path])).toEqual([file]);
});

test('a long name keeps its extension, its characters whole, and what tells it from others', () => {
  const [first = '', second = ''] = toFiles([`x/${'🍞'.repeat(70)}1.txt.md`, `x/${'🍞'.repeat(70)}2.txt.md`]);

  expect(Buffer.byteLength(first)).toBeLessThanOrEqual(2 + 230);
  expect(first).toMatch(/^x\/(?:🍞)+~[0-9a-f]{8}\.md$/u);
  expect(first.isWellFormed()).toBe(true);
  expect(first).not.toBe(second);
});

test.each([
  ['case', ['Same.md', 'same.md'], [/^Same~\w{8}\.md$/, /^same~\w{8}\.md$/]],
  ['the writing of a letter', ['\u00e9.md', 'e\u0301.md'], [/~\w{8}\.md$/, /~\w{8}\.md$/]],
  ['a character that is replaced', ['a:b.md', 'a_b.md'], [/^a_b~\w{8}\.md$/, /^a_b~\w{8}\.md$/]],
  ['a file where a folder is', ['a.txt.md', 'a.txt.md/b.md'], [/^a\.txt~\w{8}\.md$/, /^a\.txt\.md\/b\.md$/]],
  ['a file where a folder in capitals is', ['a.md', 'A.MD/b.md'], [/^a~\w{8}\.md$/, /^A\.MD\/b\.md$/]],
  ['the manifest', ['Manifest.jsonl', 'x'], [/^Manifest~\w{8}\.jsonl$/, /^x$/]],
])('two outputs that differ only in %s have two files, in any order', (_name, paths, expected) => {
  const files = toFiles(paths);
  const turned = toFiles(paths.toReversed()).toReversed();

  for (const [n, file] of files.entries()) expect(file).toMatch(expected[n] ?? /^$/);
  expect(turned).toEqual(files);
  expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(paths.length);
});

test('one path that comes twice has one file, of its own name', () => {
  expect(toFiles(['a.md', 'a.md'])).toEqual(['a.md', 'a.md']);
});

test('what is called otherwise is known', () => {
  expect(isRenamed('a/', ['a', 'index.html'])).toBe(false);
  expect(isRenamed('a/b', ['a', 'b'])).toBe(false);
  expect(isRenamed('a:b', ['a_b'])).toBe(true);
});
