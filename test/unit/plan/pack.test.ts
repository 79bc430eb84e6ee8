import { beforeAll, expect, test } from 'vitest';
import { tierFor } from '../../../shared/aws/queue.ts';
import type { Item, Kind, Limits } from '../../../shared/kind.ts';
import { Packer, tierAbove } from '../../../shared/plan/pack.ts';
import { toy } from '../../support/kinds/toy-kind.ts';

beforeAll(() => {
  process.env.CLUSTER_QUEUE_URLS = JSON.stringify({ 'toy-1024': 'c', 'toy-256': 'a', 'toy-512': 'b' });
});

const BOUNDS: Limits['cluster'] = { items: 100, bytes: 1000, seconds: 100 };

interface Sized {
  readonly memoryMb?: number;
  readonly seconds?: number;
}

/** Estimates stand in the item's data. */
const kindOf = (cluster: Partial<Limits['cluster']>): Kind<unknown, Sized> => ({
  ...(toy as unknown as Kind<unknown, Sized>),
  limits: { ...toy.limits, cluster: { ...BOUNDS, ...cluster } },
  estimate: ({ data: { memoryMb = 64, seconds = 1 } }) => ({ memoryMb, seconds }),
});
const item = (id: string, more: Partial<Item<Sized>> = {}): Item<Sized> => ({
  id,
  identity: id,
  bytes: 1,
  data: {},
  ...more,
});

function pack(cluster: Partial<Limits['cluster']>, items: readonly Item<Sized>[]): string[] {
  const packer = new Packer(kindOf(cluster) as Kind);
  const clusters = [...items.flatMap((each) => packer.add(each)), ...packer.rest()];
  return clusters.map(
    ({ memoryMb, items: packed }) => `${memoryMb}: ${packed.map(({ id }) => id).join(' ')}`,
  );
}

const letters = (text: string, more: Partial<Item<Sized>> = {}): Item<Sized>[] =>
  Array.from(text, (id) => item(id, more));

test.each([
  {
    name: 'count',
    cluster: { items: 2 },
    items: letters('abcde'),
    expected: ['256: a b', '256: c d', '256: e'],
  },
  { name: 'one each', cluster: { items: 1 }, items: letters('ab'), expected: ['256: a', '256: b'] },
  {
    name: 'bytes',
    cluster: { bytes: 10 },
    items: letters('abc', { bytes: 5 }),
    expected: ['256: a b', '256: c'],
  },
  {
    name: 'one that is over the bytes alone',
    cluster: { bytes: 10 },
    items: [item('a'), item('b', { bytes: 99 }), item('c')],
    expected: ['256: a', '256: b', '256: c'],
  },
  {
    name: 'seconds',
    cluster: { seconds: 5 },
    items: letters('abc', { data: { seconds: 2 } }),
    expected: ['256: a b', '256: c'],
  },
  {
    name: 'message size',
    cluster: {},
    items: letters('abc', { identity: 'x'.repeat(90_000) }),
    expected: ['256: a b', '256: c'],
  },
  { name: 'nothing', cluster: {}, items: [], expected: [] },
])('a cluster is bounded by $name', ({ cluster, items, expected }) => {
  expect(pack(cluster, items)).toEqual(expected);
});

test('items go to the smallest tier that holds them, and keep their order there', () => {
  const items = [
    item('a'),
    item('b', { data: { memoryMb: 300 } }),
    item('c', { data: { memoryMb: 256 } }),
    item('d', { data: { memoryMb: 512 } }),
    item('e', { data: { memoryMb: 5000 } }),
  ];

  expect(pack({ items: 2 }, items)).toEqual(['256: a c', '512: b d', '1024: e']);
});

test.each([
  { name: 'a suspect', alone: item('x', { placement: { isSuspect: true } }), tier: 256 },
  { name: 'one that outgrew its tier', alone: item('x', { placement: { memoryMb: 512 } }), tier: 512 },
  {
    name: 'one that can not be estimated',
    alone: item('x', { data: { memoryMb: Number.POSITIVE_INFINITY } }),
    tier: 1024,
  },
])('$name goes alone and closes nothing', ({ alone, tier }) => {
  expect(pack({}, [item('a'), alone, item('b')])).toEqual([`${tier}: x`, '256: a b']);
});

test.each([
  { memoryMb: 0, tier: 256 },
  { memoryMb: 256, tier: 256 },
  { memoryMb: 257, tier: 512 },
  { memoryMb: 1024, tier: 1024 },
  { memoryMb: 1025, tier: 1024 },
])('$memoryMb MB go to the tier of $tier MB', ({ memoryMb, tier }) => {
  expect(tierFor('toy', memoryMb)).toBe(tier);
});

test.each([
  { memoryMb: 256, above: 512 },
  { memoryMb: 512, above: 1024 },
  { memoryMb: 1024, above: undefined },
])('above $memoryMb MB is $above', ({ memoryMb, above }) => {
  expect(tierAbove('toy', memoryMb)).toBe(above);
});
