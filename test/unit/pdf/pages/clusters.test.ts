import { expect, test } from 'vitest';
import type { DocumentFacts } from '../../../../shared/pdf/facts-schema.ts';
import {
  clusterPath,
  parseClusterId,
  planClusters,
  toClusterId,
} from '../../../../shared/pdf/pages/clusters.ts';

const factsOf = (pages: number, scanned = 0): DocumentFacts => ({
  sha256: 'a',
  pages,
  scanned,
  isRepaired: false,
  metadata: {},
  profile: { bodySize: 10, headings: [], running: [], notes: [], hyphenates: false },
});

test.each<[number, number, 'auto' | 'on' | 'off', boolean, number, boolean]>([
  [1, 0, 'auto', true, 0, false],
  [20, 0, 'auto', true, 0, false],
  [21, 0, 'auto', false, 2, false],
  [300, 1, 'off', false, 15, false],
  [1, 0, 'on', true, 0, true],
  [5, 0, 'on', false, 5, true],
  [1, 1, 'auto', true, 0, true],
  [2, 1, 'auto', false, 2, true],
  [100, 0.1, 'auto', false, 10, true],
  [100, 0.2, 'auto', false, 100, true],
])('%i pages, %d of them scanned, OCR %s', (pages, scanned, ocr, isAtOnce, clusters, hasScans) => {
  const plan = planClusters(factsOf(pages, scanned), ocr);

  expect(plan).toMatchObject({ isAtOnce, hasScans });
  expect(plan.clusters).toHaveLength(clusters);
});

test('only the pages that are wanted are planned', () => {
  const wanted = [
    { from: 3, to: 40 },
    { from: 90, to: 95 },
  ];

  const plan = planClusters(factsOf(100), 'auto', { wanted });

  expect(plan.clusters).toEqual([
    { from: 3, to: 22 },
    { from: 23, to: 40 },
    { from: 90, to: 95 },
  ]);
});

test('slow pages go in smaller clusters', () => {
  const atOnce = planClusters(factsOf(4), 'auto', { most: 4 });
  const cut = planClusters(factsOf(5), 'auto', { most: 4 });

  expect(atOnce.isAtOnce).toBe(true);
  expect(cut.clusters).toEqual([
    { from: 1, to: 4 },
    { from: 5, to: 5 },
  ]);
});

test('more pages than one document may have are refused', () => {
  expect(() => planClusters(factsOf(40_001))).toThrow('expected at most 40000 pages at a time, found 40001');
});

test('an id and a path tell the pages', () => {
  const range = { from: 21, to: 12_345 };

  expect(toClusterId(range)).toBe('pages 0021-12345');
  expect(parseClusterId(toClusterId(range))).toEqual(range);
  expect(clusterPath('a/b.pdf', range)).toBe('pages/a/b.pdf/0021-12345.jsonl');
  expect(() => parseClusterId('a.pdf')).toThrow('expected an id like "pages 0001-0020", found "a.pdf"');
});
