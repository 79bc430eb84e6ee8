import { expect, test } from 'vitest';
import { BLOCK_CLUSTERS, blockTotal, rootLevel } from '../../../shared/run/ledger.ts';

test.each([
  { clusters: 1, root: 0 },
  { clusters: 127, root: 0 },
  { clusters: 128, root: 0 },
  { clusters: 129, root: 1 },
  { clusters: 16_384, root: 1 },
  { clusters: 16_385, root: 2 },
  { clusters: 2_097_152, root: 2 },
  { clusters: 2_097_153, root: 3 },
])('$clusters clusters have their root block at level $root', ({ clusters, root }) => {
  expect(rootLevel(clusters)).toBe(root);
});

test.each([
  { clusters: 1, level: 0, n: 0, total: 1 },
  { clusters: 127, level: 0, n: 0, total: 127 },
  { clusters: 128, level: 0, n: 0, total: 128 },
  { clusters: 129, level: 0, n: 0, total: 128 },
  { clusters: 129, level: 0, n: 1, total: 1 },
  { clusters: 129, level: 1, n: 0, total: 2 },
  { clusters: 16_384, level: 0, n: 127, total: 128 },
  { clusters: 16_384, level: 1, n: 0, total: 128 },
  { clusters: 16_385, level: 0, n: 128, total: 1 },
  { clusters: 16_385, level: 1, n: 0, total: 128 },
  { clusters: 16_385, level: 1, n: 1, total: 1 },
  { clusters: 16_385, level: 2, n: 0, total: 2 },
])(
  'block $n of level $level has $total children in a group of $clusters',
  ({ clusters, level, n, total }) => {
    expect(blockTotal(clusters, level, n)).toBe(total);
  },
);

test('the blocks of each level hold all of the level below, for any number of clusters', () => {
  for (const clusters of [1, 2, 127, 128, 129, 255, 256, 257, 16_383, 16_384, 16_385, 40_000]) {
    let children = clusters;
    for (let level = 0; level <= rootLevel(clusters); level++) {
      const blocks = Math.ceil(children / BLOCK_CLUSTERS);
      let held = 0;
      for (let n = 0; n < blocks; n++) held += blockTotal(clusters, level, n);
      expect(held, `${clusters} clusters, level ${level}`).toBe(children);
      children = blocks;
    }
    expect(children).toBe(1);
  }
});
