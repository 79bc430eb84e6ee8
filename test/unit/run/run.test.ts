import { expect, test } from 'vitest';
import { hasEnded, RUN_STATES, type Run } from '../../../shared/run/run.ts';
import { optionsJson, parseSourceKey, toOrder, toRunId } from '../../../shared/run/run-id.ts';
import { toy } from '../../support/kinds/toy-kind.ts';

test.each([
  { key: 'toy/cs101/export.toy', name: 'cs101' },
  { key: 'toy/autumn/cs101/export.toy', name: 'autumn/cs101' },
  { key: 'toy/cs101.toy', name: 'cs101' },
  { key: 'toy/cs101', name: 'cs101' },
  { key: 'toy/cs101.v2.toy', name: 'cs101.v2' },
  { key: 'toy/ümlaut & space/a.toy', name: 'ümlaut & space' },
])('$key is of the source $name', ({ key, name }) => {
  expect(parseSourceKey(key)).toMatchObject({ name, kind: { name: 'toy' } });
});

test.each([
  { key: 'toy/', message: 'expected a key <kind>/<name>/<file>, found "toy/"' },
  { key: 'toy/.toy', message: 'expected a key <kind>/<name>/<file>, found "toy/.toy"' },
  { key: 'toy/../galaxy/team/x.toy', message: 'expected a key' },
  { key: 'toy/a//b.toy', message: 'expected a key' },
  { key: 'toy/./b.toy', message: 'expected a key' },
  { key: 'toys/a/b.toy', message: /^expected one of .*toy.*, found "toys"$/ },
  { key: 'a.toy', message: 'expected a key <kind>/<name>/<file>' },
])('$key is of no source', ({ key, message }) => {
  expect(() => parseSourceKey(key)).toThrow(expect.objectContaining({ code: 'SOURCE_UNKNOWN_KIND' }));
  expect(() => parseSourceKey(key)).toThrow(message);
});

const at = (iso: string): Date => new Date(iso);
/** Oldest first. S3 counts time in seconds and tells versions of one second apart by the sequencer. */
const orders = [
  toOrder({ source: at('2026-01-01T00:00:00Z') }),
  toOrder({ source: at('2026-01-01T00:00:00Z'), sequencer: '0055AED6DCD9' }),
  toOrder({ source: at('2026-01-01T00:00:00Z'), sequencer: '0055AED6DCD90281E5' }),
  toOrder({ source: at('2026-01-01T00:00:00Z'), sequencer: '0055AED6DCD91' }),
  toOrder({ source: at('2026-01-01T00:00:01Z') }),
  toOrder({ source: at('2026-01-01T00:00:01Z'), sequencer: '00' }),
  toOrder({ source: at('2026-01-01T00:00:01Z'), companion: at('2026-01-01T00:00:00Z'), sequencer: 'FF' }),
  toOrder({ source: at('2026-01-01T00:00:01Z'), companion: at('2026-01-01T00:00:01Z'), sequencer: 'FF' }),
  toOrder({ source: at('2026-01-01T00:00:01Z'), companion: at('2026-01-01T00:00:01Z'), isByCompanion: true }),
  toOrder({ source: at('2026-01-01T00:00:02Z'), companion: at('2026-01-01T00:00:00Z') }),
  toOrder({ source: at('2026-11-01T00:00:00Z'), sequencer: '0000000000000001' }),
  toOrder({ source: at('2026-11-01T00:00:00Z'), sequencer: 'F' }),
];

test('versions sort by S3’s time, then by its sequencer padded on the right', () => {
  expect(orders.toSorted()).toEqual(orders);
  expect(toOrder({ source: at('2026-01-01T00:00:00Z'), sequencer: '0A' })).toBe(
    toOrder({ source: at('2026-01-01T00:00:00Z'), sequencer: '0A00' }),
  );
});

const source = { bucket: 'inbox', key: 'toy/a/a.toy', versionId: 'v1', size: 10 };
const id = (more: object = {}, options: object = {}, kind: object = {}) =>
  toRunId({ ...toy, ...kind } as never, { ...source, ...more }, { ...options });

test('the same version and options are the same run, in whatever order the options come', () => {
  expect(id()).toBe(id());
  expect(id({}, { a: 1, b: 2 })).toBe(id({}, { b: 2, a: 1 }));
  expect(id()).toMatch(/^toy-[0-9a-f]{16}$/);
});

test.each([
  { name: 'another version', other: id({ versionId: 'v2' }) },
  { name: 'no version', other: id({ versionId: undefined }) },
  { name: 'another key', other: id({ key: 'toy/b/a.toy' }) },
  { name: 'another bucket', other: id({ bucket: 'other' }) },
  { name: 'another size', other: id({ size: 11 }) },
  { name: 'other options', other: id({}, { a: 1 }) },
  { name: 'another version of the kind', other: id({}, {}, { version: 2 }) },
])('$name is another run', ({ other }) => {
  expect(other).not.toBe(id());
});

test.each([
  { options: {}, json: '[]' },
  { options: { b: 1, a: 'x' }, json: '[["a","x"],["b",1]]' },
])('options $options as $json', ({ options, json }) => {
  expect(optionsJson(options)).toBe(json);
});

test('a run has ended in every state but planning and running', () => {
  const open = RUN_STATES.filter((state) => !hasEnded({ state } as Run));

  expect(open).toEqual(['planning', 'running']);
});
