import { describe, expect, it } from 'vitest';
import { type Face, type PageContent, toLine, type Word } from '../../../../shared/pdf/read/words.ts';
import { isDenseInMaths, isMathsFont } from '../../../../shared/pdf/vision/maths.ts';

describe('isMathsFont', () => {
  it.each([
    'CMMI10',
    'CMSY7',
    'CMEX10',
    'CMMIB10',
    'CMBSY10',
    'MSBM10',
    'MSAM7',
    'ABCDEF+CMMI8',
    'EUFM10',
    'RSFS10',
    'LMMathItalic10-Regular',
    'LatinModernMath-Regular',
    'STIXMath-Regular',
    'STIXTwoMath-Regular',
    'STIXTwoMath',
    'STIXIntegralsUp-Regular',
    'STIXSizeOneSym-Regular',
    'STIXNonUnicode-Italic',
    'XITSMath-Bold',
    'CambriaMath',
    'Cambria Math',
    'Asana-Math',
    'TeXGyreTermesMath-Regular',
    'DejaVuMathTeXGyre-Regular',
    'txsys',
    'rtxmi',
    'NewTXMI',
    'pxsya',
    'MTMI',
    'MTSYN',
    'MathJax_Math-Italic',
    'MathJax_Size2',
    'KaTeX_Math',
    'MT-Extra',
    'EuclidMathOne',
  ])('%s is one', (name) => {
    expect(isMathsFont(name)).toBe(true);
  });

  it.each([
    'CMR10',
    'CMBX12',
    'CMTI10',
    'CMTT9',
    'CMSS10',
    'Cambria',
    'STIXTwoText-Regular',
    'STIXGeneral-Regular',
    'Times-Roman',
    'Symbol',
    'LMRoman10-Regular',
    'MathJax_Main',
    'Mathilde-Regular',
    'MSGothic',
    'Helvetica',
    'txtt',
    'EuclidCircular',
    '',
  ])('%s is none', (name) => {
    expect(isMathsFont(name)).toBe(false);
  });
});

describe('isDenseInMaths', () => {
  const prose = (chars: number) => ({ name: 'CMR10', chars });
  const maths = (chars: number) => ({ name: 'CMMI10', chars });

  it.each([
    ['an empty page', [], false],
    ['prose', [prose(2000)], false],
    ['prose with a few symbols', [prose(2000), maths(70)], false],
    ['a page of formulas', [prose(900), maths(100)], true],
    ['a slide with bullets', [prose(100), maths(12)], false],
  ])('%s', (_name, runs, expected) => {
    expect(isDenseInMaths(pageOf(runs))).toBe(expected);
  });
});

function pageOf(runs: readonly { readonly name: string; readonly chars: number }[]): PageContent {
  const lines = runs.map(({ name, chars }) => toLine([wordOf(name, chars)]));
  return { width: 600, height: 800, lines, rules: [], images: [], links: [], turned: [] };
}

function wordOf(name: string, chars: number): Word {
  const face: Face = { name, bold: false, italic: false, mono: false };
  const box = { x0: 0, y0: 0, x1: 10, y1: 10 };
  return { ...box, text: 'x'.repeat(chars), baseline: 8, size: 10, face, color: 0, joined: false, order: 0 };
}
