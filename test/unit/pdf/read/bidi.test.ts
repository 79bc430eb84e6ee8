import { describe, expect, it } from 'vitest';
import { inLogicalOrder, isRightToLeft } from '../../../../shared/pdf/read/bidi.ts';

/** Glyphs of `text` as a page shows them from left to right, 10 pt each. */
const shown = (text: string) =>
  [...text].map((char, index) => ({ code: char.codePointAt(0) ?? 0, x0: index * 10, x1: index * 10 + 10 }));

const read = (glyphs: ReturnType<typeof shown>): string =>
  glyphs.map(({ code }) => String.fromCodePoint(code)).join('');

const mirrored = (text: string): string => [...text].reverse().join('');

describe('inLogicalOrder', () => {
  it.each([
    ['Hebrew', mirrored('שלום עולם.'), 'שלום עולם.'],
    ['a number in Hebrew', `${mirrored('שלום')} 123 ${mirrored('יש')}`, 'יש 123 שלום'],
    ['a decimal number', `3.14 ${mirrored('שלום')}`, 'שלום 3.14'],
    ['Latin words in Hebrew', `${mirrored('שלום')} two words ${mirrored('אלה הם')}`, 'אלה הם two words שלום'],
    ['English', 'plain text', 'plain text'],
    ['a Hebrew word in English', 'the word אב is short', 'the word אב is short'],
  ])('reads %s', (_name, page, expected) => {
    expect(read([...inLogicalOrder(shown(page))])).toBe(expected);
  });

  it('reads a hostile line of 300,000 letters', () => {
    const page = 'אב'.repeat(150_000);

    expect(inLogicalOrder(shown(page))).toHaveLength(300_000);
  });

  it('puts lam before alef in a ligature, whichever comes first', () => {
    const at = (char: string, x0: number, x1: number) => ({ code: char.codePointAt(0) ?? 0, x0, x1 });
    // خلال: the ligature is in the middle, its alef without width; a lam follows.
    const glyphs = [at('خ', 30, 40), at('ا', 30, 30), at('ل', 20, 30), at('ل', 10, 20)];

    expect(read([...inLogicalOrder(glyphs)])).toBe('خلال');
  });
});

describe('isRightToLeft', () => {
  it.each([
    ['שלום abc', true],
    ['abcdef של', false],
    ['12345', false],
  ])('%s: %s', (text, expected) => {
    expect(isRightToLeft(text)).toBe(expected);
  });
});
