import { expect, test } from 'vitest';
import * as z from 'zod';
import { type Failure, newFailure, SmallbatchError, toFailure } from '../../../shared/errors.ts';
import { JsonBounds } from '../../../shared/json/bounds.ts';
import { parsedFailure } from '../../../shared/run/message.ts';
import type { Ending } from '../../../shared/run/run.ts';
import { toIssues } from '../../../shared/safe-text/issues.ts';
import { SAFE_TEXT_CHARS, toSafeText } from '../../../shared/safe-text/safe-text.ts';

test.each([
  ['ESC', '\u001b[2Jgone', '\\u001b[2Jgone'],
  ['C1', '\u009b31m', '\\u009b31m'],
  ['bidi', 'a\u202egnp.exe', 'a\\u202egnp.exe'],
  ['zero-width', 'a\u200bb\ufeffc', 'a\\u200bb\\ufeffc'],
  ['drawn as nothing', 'a\u3164\u{e0041}', 'a\\u3164\\ue0041'],
  ['half a character', 'a\ud83d', 'a\\ud83d'],
  ['a forged line of a report', 'no\r\n  items     5 (5 ok)\u2028x', 'no items     5 (5 ok) x'],
  ['backspaces', 'bad\b\b\bok', 'bad\\u0008\\u0008\\u0008ok'],
  [
    'credentials',
    'at https://u:p@ss@h.example/p and git+ssh://tok@h',
    'at https://h.example/p and git+ssh://h',
  ],
  ['what is no credential', 'ask a@b.example or https://h/@x?a=b@c', 'ask a@b.example or https://h/@x?a=b@c'],
  ['any language', 'Größe 大きさ مقاس 🍞', 'Größe 大きさ مقاس 🍞'],
])('%s', (_name, text, expected) => {
  expect(toSafeText(text)).toBe(expected);
  expect(toSafeText(expected)).toBe(expected);
});

test('a long text is cut, and says so; made of escapes, too', () => {
  for (const text of ['x'.repeat(80_000), '\u001b'.repeat(80_000), '🍞'.repeat(40_000)]) {
    const safe = toSafeText(text);

    expect(safe.length).toBeLessThanOrEqual(SAFE_TEXT_CHARS);
    expect(safe).toMatch(/ …\[cut\]$/);
    expect(safe.isWellFormed()).toBe(true);
  }
});

test('texts that take patterns long take no time', () => {
  const started = performance.now();
  for (const part of ['a://', 'http://a', '@', ' ', '\n', 'a', ':', '\\']) toSafeText(part.repeat(100_000));

  expect(performance.now() - started).toBeLessThan(1_000);
});

test('every way to a failure makes its message safe', () => {
  const hostile = `\u001b[31m${'x'.repeat(5_000)}`;
  const made: readonly Failure[] = [
    newFailure('CRASHED', hostile),
    toFailure(new Error(hostile)),
    toFailure(hostile),
    toFailure(new SmallbatchError('CRASHED', hostile)),
    parsedFailure.parse({ code: 'CRASHED', message: hostile }),
  ];

  for (const { message } of made) {
    expect(message).toHaveLength(SAFE_TEXT_CHARS);
    expect(message).not.toContain('\u001b');
  }
  expect(new SmallbatchError('CRASHED', hostile).message).toBe(toSafeText(hostile));
});

test('the compiler takes no plain string for a failure’s message (`npm run types` fails where one of these passes)', () => {
  const text: string = 'plain';

  // @ts-expect-error a failure's message is no string of anyone's
  const failure: Failure = { code: 'CRASHED', message: text };
  // @ts-expect-error nor is that which a run ends with
  const ending: Ending = { state: 'failed', failure: { code: 'CRASHED', message: text } };

  expect([failure.message, ending.failure?.message]).toEqual([text, text]);
});

const list = z.object({ data: z.array(z.object({ version: z.string() })) });

test('of a million issues the first are shown', () => {
  const { error } = list.safeParse({ data: Array(10_000).fill(1) });

  expect(error && toIssues(error)).toMatch(
    /^Invalid input: expected object, received number at data\[0\]; .* at data\[1\]; .* at data\[2\] \(and 9997 more\)$/,
  );
  expect(error && toFailure(error).message).toMatch(/and 9997 more\)$/);
});

test.each([
  ['values', `[${'1,'.repeat(2e5)}1]`, 'more than 100000 values'],
  ['depth', '['.repeat(100), 'more than 64 brackets within one another'],
  [
    'depth that is closed again',
    `${'['.repeat(100)}${']'.repeat(100)}`,
    'more than 64 brackets within one another',
  ],
])('JSON over its bounds is refused while it is read: %s', (_name, json, message) => {
  expect(() => new JsonBounds().see(Buffer.from(json))).toThrow(message);
});

test('brackets and commas in strings are no values', () => {
  expect(() => new JsonBounds().see(Buffer.from(JSON.stringify(`[,"\\{`.repeat(1e5))))).not.toThrow();
});
