import { expect, test } from 'vitest';
import {
  clipPageRanges,
  countPages,
  cutPageRanges,
  formatPageRanges,
  pagesBeyond,
  parsePageRanges,
  toPageNumbers,
  toPageRanges,
} from '../../../shared/pdf/page-ranges.ts';

test.each([
  ['3', '3'],
  ['3-7,9', '3-7,9'],
  [' 9 , 3 - 7 ', '3-7,9'],
  ['3-7,5-9', '3-9'],
  ['1-2,3', '1-3'],
  ['1-9,3', '1-9'],
  ['1,1', '1'],
  ['9999999', '9999999'],
])('%j is %s', (text, expected) => {
  expect(formatPageRanges(parsePageRanges(text))).toBe(expected);
});

test.each(['', '0', '7-3', 'a', '1-', '-3', '1,,2', '1.5', '-1', '12345678', '1-2-3'])(
  '%j is refused',
  (text) => {
    expect(() => parsePageRanges(text)).toThrow(/^expected pages from 1, such as 3-7 or 1,4-6, found "/);
  },
);

test.each([
  ['1-10', 4, '1-4', '5-10'],
  ['1-3,7-9', 8, '1-3,7-8', '9'],
  ['5-6', 4, '', '5-6'],
  ['1-4', 4, '1-4', ''],
])('%s of %i pages: %j are there, %j are not', (text, pages, within, beyond) => {
  const ranges = parsePageRanges(text);

  expect(formatPageRanges(clipPageRanges(ranges, pages))).toBe(within);
  expect(formatPageRanges(pagesBeyond(ranges, pages))).toBe(beyond);
});

test.each([
  ['1-5', 2, ['1-2', '3-4', '5']],
  ['1-2,9-12', 3, ['1-2', '9-11', '12']],
  ['7', 20, ['7']],
])('%s in pieces of %i', (text, size, expected) => {
  const pieces = cutPageRanges(parsePageRanges(text), size);

  expect(pieces.map((piece) => formatPageRanges([piece]))).toEqual(expected);
  expect(countPages(pieces)).toBe(countPages(parsePageRanges(text)));
});

test('page numbers and ranges are the same thing', () => {
  expect(toPageNumbers(parsePageRanges('3-5,9'))).toEqual([3, 4, 5, 9]);
  expect(formatPageRanges(toPageRanges([9, 4, 3, 5, 3]))).toBe('3-5,9');
});
