import { expect, test, vi } from 'vitest';
import { Sorter } from '../../../shared/finish/sorter.ts';
import { sliceOf, toSlices } from '../../../shared/run/slice.ts';

vi.setConfig({ testTimeout: 20_000 });

test.each([
  [0, 1],
  [4096, 1],
  [4097, 2],
  [100_000, 32],
  [1_000_000, 256],
  [50_000_000, 512],
])('%i items have %i slices', (items, slices) => {
  expect(toSlices(items)).toBe(slices);
});

test('a slice lies within one slice of any smaller number of slices', () => {
  const ids = Array.from({ length: 2000 }, (_, n) => `item ${n}`);

  const isNested = (id: string): boolean => Math.floor(sliceOf(id, 64) / 16) === sliceOf(id, 4);

  expect(ids.every(isNested)).toBe(true);
});

test('slices are about equal', () => {
  const counts = new Array<number>(8).fill(0);
  for (let n = 0; n < 8000; n++) {
    const slice = sliceOf(`item ${n}`, 8);
    counts[slice] = (counts[slice] ?? 0) + 1;
  }

  expect(Math.min(...counts)).toBeGreaterThan(900);
  expect(Math.max(...counts)).toBeLessThan(1100);
});

test('sorted lines are together by slice, in the order of their keys, and the ends say where', () => {
  const sorter = new Sorter(4);
  const keys = Array.from({ length: 40 }, (_, n) => `kéy ${n}`);
  for (const key of keys) sorter.add(key, { key });

  const { text, ends } = sorter.sorted();

  const bytes = Buffer.from(text);
  const slices = ends.map((end, slice) => bytes.toString('utf8', ends[slice - 1] ?? 0, end));
  const found = slices.map((lines) =>
    lines
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { key: string }).key),
  );
  expect(found).toEqual([0, 1, 2, 3].map((slice) => keys.filter((key) => sliceOf(key, 4) === slice).sort()));
});
