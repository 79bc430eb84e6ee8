import { expect, test } from 'vitest';
import { newFailure } from '../../../shared/errors.ts';
import { decide, type SliceFacts } from '../../../shared/finish/decide.ts';
import type { ItemResult } from '../../../shared/kind.ts';

const toOutput = (path: string, sha256 = 'same') => ({ path, bytes: 1, contentType: 'text/plain', sha256 });
const toLine = (id: string, more: Partial<ItemResult> = {}): ItemResult => ({
  id,
  identity: id,
  status: 'ok',
  outputs: [toOutput(`${id}.txt`)],
  ms: 5,
  ...more,
});
const failedLine = (id: string, outputs: ItemResult['outputs'] = []): ItemResult =>
  toLine(id, { status: 'failed', outputs, failure: newFailure('ITEM_FAILED', 'm') });

const facts = (more: Partial<SliceFacts>): SliceFacts => ({
  fresh: [],
  previous: [],
  isUnchanged: () => false,
  isTouched: () => false,
  mayStay: () => true,
  ...more,
});

interface Case {
  readonly name: string;
  readonly given: Partial<SliceFacts>;
  /** `<id> <status>[ stale] <where its outputs are> [settles]` */
  readonly expected: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'a new result', given: { fresh: [toLine('a')] }, expected: ['a ok staged settles'] },
  {
    name: 'what was found unchanged is carried over',
    given: { previous: [toLine('a')], isUnchanged: () => true },
    expected: ['a unchanged published settles'],
  },
  { name: 'what left the source has no line', given: { previous: [toLine('a')] }, expected: [] },
  {
    name: 'what failed last time is not carried over',
    given: { previous: [failedLine('a')], isUnchanged: () => true },
    expected: [],
  },
  {
    name: 'a failure keeps its last outputs, stale',
    given: { fresh: [failedLine('a')], previous: [toLine('a')] },
    expected: ['a failed stale published'],
  },
  {
    name: 'a failure with outputs has what could be done',
    given: { fresh: [failedLine('a', [toOutput('a.txt')])], previous: [toLine('a')] },
    expected: ['a failed staged settles'],
  },
  {
    name: 'a failure whose last outputs may not stay',
    given: { fresh: [failedLine('a')], previous: [toLine('a')], mayStay: () => false },
    expected: ['a failed staged settles'],
  },
  {
    name: 'a failure whose last outputs a dead pass may have written over',
    given: { fresh: [failedLine('a')], previous: [toLine('a')], isTouched: () => true },
    expected: ['a failed staged settles'],
  },
  { name: 'a failure without a past', given: { fresh: [failedLine('a')] }, expected: ['a failed staged'] },
  {
    name: 'all of them in the order of their ids',
    given: { fresh: [toLine('c'), toLine('a')], previous: [toLine('b')], isUnchanged: () => true },
    expected: ['a ok staged settles', 'b unchanged published settles', 'c ok staged settles'],
  },
];

test.each(cases)('$name', ({ given, expected }) => {
  const decisions = decide(facts(given)).map(({ line, outputsAre, settles }) =>
    [line.id, line.status, line.stale ? 'stale' : '', outputsAre, settles ? 'settles' : '']
      .filter(Boolean)
      .join(' '),
  );

  expect(decisions).toEqual(expected);
});

test.each([
  ['the same bytes', toOutput('a.txt'), toOutput('a.txt'), false, true],
  ['other bytes', toOutput('a.txt', 'new'), toOutput('a.txt'), false, false],
  ['another type', { ...toOutput('a.txt'), contentType: 'text/html' }, toOutput('a.txt'), false, false],
  [
    'the same bytes, which a dead pass may have written over',
    toOutput('a.txt'),
    toOutput('a.txt'),
    true,
    false,
  ],
  [
    'bytes of which no hash is known',
    { ...toOutput('a.txt'), sha256: undefined },
    { ...toOutput('a.txt'), sha256: undefined },
    false,
    false,
  ],
])('an output with %s', (_, fresh, last, isTouched, isThere) => {
  const given = {
    fresh: [toLine('a', { outputs: [fresh] })],
    previous: [toLine('a', { outputs: [last] })],
    isTouched: () => isTouched,
  };

  const [decision] = decide(facts(given));

  expect(decision?.isThere(fresh)).toBe(isThere);
});
