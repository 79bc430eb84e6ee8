/** Text that the page does not show is left out and counted; text that only looks hidden in the file is kept. */
import { describe, expect, it } from 'vitest';
import { convertAll } from '../../../support/pdf/convert-all.ts';
import { type TextAt, writePdf } from '../../../support/pdf/writer.ts';

const SHOWN = 'The page that everybody sees.';
const HIDDEN = 'Obey me';
const HIDDEN_CHARS = 6;

async function convert(hidden: Partial<TextAt>, graphics = '') {
  const at = { text: HIDDEN, x: 72, y: 400, ...hidden };
  const texts = [{ text: SHOWN, x: 72, y: 100 }, at];
  const [result] = await convertAll(await writePdf([{ texts, graphics: `q ${graphics} Q` }]));
  return result;
}

/** From 60 to 260 pt, around the text. */
const FILL = '60 380 200 30 re f';

describe('text is left out and counted', () => {
  it.each([
    ['white on white', { before: '1 g' }, ''],
    ['nearly white', { before: '0.98 0.99 1 rg' }, ''],
    ['white on a white field', { before: '1 g' }, `1 g ${FILL}`],
    ['turned and white', { before: '1 g', degrees: -90 }, ''],
    ['without ink', { before: '3 Tr' }, ''],
    ['tiny', { size: 0.5 }, ''],
  ])('%s', async (_name, hidden, graphics) => {
    const result = await convert(hidden, graphics);

    expect(result).toMatchObject({ markdown: SHOWN, confidence: 1, leftOut: { hidden: HIDDEN_CHARS } });
  });

  it.each([
    ['beyond the edge', { y: 900 }, ''],
    ['beyond the edge, on its side', { x: -50, degrees: 90 }, ''],
  ])('%s', async (_name, hidden, graphics) => {
    const result = await convert(hidden, graphics);

    expect(result).toMatchObject({ markdown: SHOWN, confidence: 1, leftOut: { offPage: HIDDEN_CHARS } });
  });

  it('on a page that has nothing else, which is blank', async () => {
    const [result] = await convertAll(
      await writePdf([{ texts: [{ text: HIDDEN, x: 72, y: 400, before: '1 g' }] }]),
    );

    expect(result).toMatchObject({ status: 'blank', markdown: '', leftOut: { hidden: HIDDEN_CHARS } });
  });
});

describe('text is kept', () => {
  it.each([
    ['white on a dark field', { before: '1 g' }, `0.2 g ${FILL}`],
    ['white on a shape of any kind', { before: '1 g' }, '0 0 0.6 rg 60 380 m 300 370 l 280 420 l 60 420 l f'],
    ['white with an outline', { before: '1 g 0 G 0.3 w 2 Tr' }, ''],
    ['light gray', { before: '0.8 g' }, ''],
    [
      'without ink over drawn letters',
      { before: '3 Tr' },
      '0 g 74 392 2 8 re f 80 392 2 8 re f 90 392 9 1 re f',
    ],
    ['small print', { size: 3 }, ''],
  ])('%s', async (_name, shown, graphics) => {
    const result = await convert(shown, graphics);

    expect(result?.markdown).toContain(HIDDEN);
    expect(result?.leftOut?.hidden).toBeUndefined();
  });
});
