import { expect, test } from 'vitest';
import { Fingerprints } from '../../../shared/plan/fingerprints.ts';

const values = (count: number, name = 'value'): string[] =>
  Array.from({ length: count }, (_, n) => `${name}-${n}`);

test.each([
  { expected: 0, count: 1 },
  { expected: 1, count: 1000 },
  { expected: 1024, count: 1024 },
  { expected: 16, count: 50_000 },
])('made for $expected, $count values: each is found, nothing else is', ({ expected, count }) => {
  const set = new Fingerprints(expected);

  for (const value of values(count)) expect(set.add(value)).toBe(true);

  expect(set.size).toBe(count);
  expect(values(count).every((value) => set.has(value))).toBe(true);
  expect(values(count, 'other').some((value) => set.has(value))).toBe(false);
});

test('a value that is added again is one value', () => {
  const set = new Fingerprints();

  for (const value of [...values(100), ...values(100)]) set.add(value);

  expect(set.size).toBe(100);
});

test.each([0, 1, 7, 1000])('%i values come back from their bytes', (count) => {
  const set = new Fingerprints();
  for (const value of values(count)) set.add(value);

  const bytes = set.toBytes();
  const again = Fingerprints.fromBytes(bytes);

  expect(bytes.length).toBe(count * 16);
  expect(again.size).toBe(count);
  expect(values(count).every((value) => again.has(value))).toBe(true);
  expect(again.has('other')).toBe(false);
});

test('a set that came from bytes grows like any other', () => {
  const set = new Fingerprints();
  for (const value of values(20)) set.add(value);

  const again = Fingerprints.fromBytes(set.toBytes());
  for (const value of values(5000, 'more')) again.add(value);

  expect(again.size).toBe(5020);
  expect([...values(20), ...values(5000, 'more')].every((value) => again.has(value))).toBe(true);
});

test('an empty value and any characters are values like others', () => {
  const set = new Fingerprints();
  for (const value of ['', '\n', 'ü', '𝄞', 'a\nb']) set.add(value);

  expect(['', '\n', 'ü', '𝄞', 'a\nb'].map((value) => set.has(value))).toEqual(Array(5).fill(true));
  expect(set.has('a')).toBe(false);
});

test('a set that is full says so, and goes on answering for what it has', () => {
  const set = new Fingerprints(16, 100);

  const added = values(101).map((value) => set.add(value));

  expect(added.indexOf(false)).toBe(100);
  expect([set.size, set.has('value-99'), set.has('value-100')]).toEqual([100, true, false]);
});

test('a full set takes a value that it has', () => {
  const set = new Fingerprints(16, 2);
  set.add('a');
  set.add('b');

  expect(set.add('a')).toBe(true);
});
