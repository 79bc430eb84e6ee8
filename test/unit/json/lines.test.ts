import { expect, test } from 'vitest';
import { parseJsonLines, splitLines, toAsciiJson, toJsonLine } from '../../../shared/json/lines.ts';

/** Every character that some reader takes for the end of a line, and some that SQS or a stand-in refuses. */
const AWKWARD = 'a\nb\rc\r\nd\u0085e\u2028f\u2029g\u000bh\ufffei\uffffj😀k\ud800l"\\m';

/** `bytes` in chunks of `size`, so that lines and characters are cut everywhere. */
async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

test.each([1, 2, 3, 7, 1000])('what is written comes back, in chunks of %i bytes', async (size) => {
  const values = [{ text: AWKWARD }, { [AWKWARD]: [1, null] }, {}];

  const lines = values.map(toJsonLine).join('');

  expect(await Array.fromAsync(parseJsonLines(inChunks(lines, size)))).toEqual(values);
});

test('a line that we write has no other line end in it', () => {
  expect(toJsonLine({ text: AWKWARD }).slice(0, -1)).not.toMatch(/[\n\r\u0085\u2028\u2029]/);
});

test('lines that others wrote are split at \\n alone', async () => {
  const lines = '{"a":"x\u2028y"}\r\n\n  \n{"a":"\u2029\u0085"}';

  expect(await Array.fromAsync(parseJsonLines(inChunks(lines, 4)))).toEqual([
    { a: 'x\u2028y' },
    { a: '\u2029\u0085' },
  ]);
});

test('JSON for messages is ASCII and means the same', () => {
  const json = toAsciiJson({ text: AWKWARD });

  expect(json).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(json)).toEqual({ text: AWKWARD });
});

test.each([1, 10, 1000])('a line over the limit is refused, in chunks of %i bytes', async (size) => {
  const text = `${'x'.repeat(20)}\n${'y'.repeat(21)}\n`;

  const seen: string[] = [];
  const reading = (async () => {
    for await (const line of splitLines(inChunks(text, size), 20)) seen.push(line);
  })();

  await expect(reading).rejects.toThrow('expected lines of at most 20 bytes');
  expect(seen).toEqual(['x'.repeat(20)]);
});

test('a line that is no JSON is named', async () => {
  const reading = Array.fromAsync(parseJsonLines(inChunks('{}\n{"a":\n', 100)));

  await expect(reading).rejects.toThrow('line 2: expected JSON, found "{\\"a\\":"');
});
