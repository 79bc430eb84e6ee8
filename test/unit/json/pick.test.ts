import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Picked, pickJson } from '../../../shared/json/pick.ts';

const LIMITS = { maxBytes: 10_000, maxKeptBytes: 1000 };
const PICKED: Picked = { a: true, in: { b: true, deeper: { c: true } } };

/** The document in chunks of so many bytes. */
async function* chunked(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const pick = (text: string, size = 3, limits = LIMITS) => pickJson(chunked(text, size), PICKED, limits);

describe('what is asked for is found', () => {
  test.each<[string, unknown]>([
    ['{}', {}],
    ['{ "a" : 12 , "b" : 3 }\n', { a: 12 }],
    ['{"x":{"a":1},"a":-1.5e3}', { a: -1500 }],
    ['{"a":{"in":{"b":[1,{"}":"]"}]}}}', { a: { in: { b: [1, { '}': ']' }] } } }],
    ['{"x":"\\"a\\": \\\\","a":"\\u00e9\\\\"}', { a: 'é\\' }],
    ['{"x":"é🙂","a":"é🙂"}', { a: 'é🙂' }],
    [
      '{"in":{"x":[],"b":null,"deeper":{"c":true,"d":0}},"a":[]}',
      { in: { b: null, deeper: { c: true } }, a: [] },
    ],
    ['{"in":[{"b":1}],"a":""}', { a: '' }],
    ['{"in":null}', {}],
    ['{"\\u0061":1}', { a: 1 }],
    ['{"__proto__":{"a":1},"toString":2}', {}],
    ['{"in":{}}', { in: {} }],
  ])('%s', async (text, expected) => {
    for (const size of [1, 2, 3, 7, 1000]) expect(await pick(text, size)).toEqual(expected);
  });

  test('of any document, as JSON.parse would', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue(),
        fc.jsonValue(),
        fc.jsonValue(),
        fc.integer({ min: 1, max: 9 }),
        async (a, b, x, size) => {
          const text = JSON.stringify({ x, a, in: { x, b, more: x }, y: x }, null, size % 3);

          const found = await pick(text, size, { maxBytes: 1e6, maxKeptBytes: 1e6 });

          expect(found).toEqual(JSON.parse(JSON.stringify({ a, in: { b } })));
        },
      ),
      { numRuns: 200 },
    );
  });
});

test.each([
  ['', 'no whole JSON object in 0 bytes'],
  ['[1]', '"[" where no JSON object has it'],
  ['<html>', '"<" where no JSON object has it'],
  ['{"a":1', 'no whole JSON object in 6 bytes'],
  ['{"a":"1', 'no whole JSON object in 7 bytes'],
  ['{"a" 1}', '"1" where'],
  ['{"a":1 "b":2}', '"\\"" where'],
  ['{"a":1,}', '"}" where'],
  ['{"a":nothing}', 'no JSON in "nothing"'],
  ['{"a":1} {}', '"{" where'],
  [`{"a":"${'x'.repeat(1000)}"}`, 'more than 1000 bytes in the members that are needed'],
  [`{"b":"${'x'.repeat(10_000)}"}`, 'more than 10000 bytes'],
  [`{"${'x'.repeat(2000)}":1}`, 'a name of more than 1024 bytes'],
])('%s is refused', async (text, message) => {
  await expect(pick(text)).rejects.toThrow(message);
});
