import { expect, test } from 'vitest';
import {
  childGroup,
  expandedKey,
  latestKey,
  manifestKey,
  parentOf,
  parseChildId,
  planKey,
  publishedKey,
  publishedPrefix,
  reportKey,
  resultKey,
  rootGroup,
  stagedKey,
  toChildId,
  toKindId,
  unchangedKey,
} from '../../../shared/run/keys.ts';

const root = rootGroup('toy-1', 2);
const child = childGroup(root, 7);
const prefix = publishedPrefix('toy', 'autumn/cs101');

test.each([
  { key: root, expected: 'toy-1.2' },
  { key: child, expected: 'toy-1.2/7' },
  { key: planKey(root, 3, 12), expected: 'runs/toy-1.2/plan/3/000012.jsonl' },
  { key: unchangedKey(root, 3), expected: 'runs/toy-1.2/plan/3/unchanged.bin' },
  { key: resultKey(child, 1_234_567), expected: 'runs/toy-1.2/7/clusters/1234567.jsonl' },
  { key: expandedKey(child, 1), expected: 'runs/toy-1.2/7/plan/1/expanded.json' },
  { key: reportKey(root), expected: 'runs/toy-1.2/report.json' },
  { key: stagedKey(root, 'a/ü.md'), expected: 'runs/toy-1.2/out/a/ü.md' },
  {
    key: publishedKey(prefix, { path: 'a.md' }),
    expected: 'toy/autumn/cs101/a.md',
  },
  { key: manifestKey(prefix, root), expected: 'toy/autumn/cs101/manifests/toy-1.2.jsonl' },
  { key: latestKey(prefix), expected: 'toy/autumn/cs101/latest.json' },
])('$expected', ({ key, expected }) => {
  expect(key).toBe(expected);
});

test.each([
  { group: root, parent: undefined },
  { group: child, parent: { group: root, index: 7 } },
  { group: childGroup(child, 0), parent: { group: child, index: 0 } },
])('the parent of $group', ({ group, parent }) => {
  expect(parentOf(group)).toEqual(parent);
});

test.each([
  { expansion: 0, id: 'page-1' },
  { expansion: 12, id: 'a#b#c' },
  { expansion: 3, id: '' },
])('child $id of expansion $expansion', ({ expansion, id }) => {
  expect(parseChildId(toChildId(expansion, id))).toEqual({ expansion, id });
});

test('an item has the id of its kind in whatever group it runs', () => {
  expect(toKindId(root, 'a#b')).toBe('a#b');
  expect(toKindId(child, toChildId(4, 'a#b'))).toBe('a#b');
});

test.each([
  { name: 'ASCII', letter: 'a', bytes: 1 },
  { name: 'two bytes a character', letter: 'ü', bytes: 2 },
])('a key may have 1,024 bytes and no more: $name', ({ letter, bytes }) => {
  const room = 1024 - stagedKey(root, '').length;
  const longest = letter.repeat(Math.floor(room / bytes));

  expect(Buffer.byteLength(stagedKey(root, longest))).toBeGreaterThan(1024 - bytes);
  const tooLong = () => stagedKey(root, longest + letter);
  expect(tooLong).toThrow(expect.objectContaining({ code: 'KEY_TOO_LONG' }));
  expect(tooLong).toThrow(/^expected a key of at most 1024 bytes, found 102[56]: runs/);
});
