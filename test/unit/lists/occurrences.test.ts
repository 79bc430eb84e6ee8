import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Occurrences } from '../../../shared/lists/occurrences.ts';

const digest = (value: unknown): Buffer => hash('sha256', String(value), 'buffer');

test('counts each of 50,000 values, however often it comes', () => {
  const seen = new Occurrences();
  const wrong: number[] = [];

  for (let round = 1; round <= 3; round++)
    for (let n = 0; n < 50_000; n++) if (seen.add(digest(n)) !== round) wrong.push(n);

  expect(wrong).toEqual([]);
});

test('of more than it may hold it knows the first', () => {
  const seen = new Occurrences(2);

  const counts = ['a', 'b', 'c', 'a', 'c'].map((value) => seen.add(digest(value)));

  expect(counts).toEqual([1, 1, undefined, 2, undefined]);
});
