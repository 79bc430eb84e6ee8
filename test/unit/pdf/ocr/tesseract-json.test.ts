import { expect, test } from 'vitest';
import { parseTesseract } from '../../../../shared/pdf/ocr/tesseract-json.ts';

const box = { x0: 1, y0: 2, x1: 3, y1: 4 };
const word = { text: 'bread', bbox: box, confidence: 96.5 };
const pageOf = (line: object): string =>
  JSON.stringify({ blocks: [{ paragraphs: [{ lines: [line] }] }, { paragraphs: [] }] });

test('keeps lines and words, and nothing that is below them', () => {
  const symbols = { symbols: [{ text: 'b', choices: [] }], font_name: 'x' };

  const lines = parseTesseract(
    pageOf({ bbox: box, baseline: box, words: [{ ...word, ...symbols }], text: 'bread\n' }),
  );

  expect(lines).toEqual([{ bbox: box, baseline: box, words: [word] }]);
});

test('a picture without a block has no lines', () => {
  expect(parseTesseract('{"blocks":null}')).toEqual([]);
});

test.each([
  ['no JSON', '{"blocks":'],
  ['a word without its confidence', pageOf({ bbox: box, baseline: box, words: [{ text: 'a', bbox: box }] })],
  ['a line without its baseline', pageOf({ bbox: box, words: [] })],
  ['a box of texts', pageOf({ bbox: { ...box, x0: '1' }, baseline: box, words: [] })],
])('refuses %s', (_, json) => {
  expect(() => parseTesseract(json)).toThrow();
});
