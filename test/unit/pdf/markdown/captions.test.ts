import { describe, expect, it } from 'vitest';
import type { Block, Chunk } from '../../../../shared/pdf/layout/blocks.ts';
import { captionOf } from '../../../../shared/pdf/markdown/caption.ts';
import { figureMarkdown, placeFigures } from '../../../../shared/pdf/markdown/figure.ts';
import { type Box, type Line, toLine } from '../../../../shared/pdf/read/words.ts';
import { withFigures } from '../../../../shared/pdf/vision/figures.ts';

/** A line of `text` at `y0`; `isBold` tells which of its words are. */
function lineOf(text: string, y0 = 0, isBold = (_word: number) => false): Line {
  const at = { x0: 50, y0, x1: 290, y1: y0 + 10, baseline: y0 + 9, size: 10, color: 0, joined: false };
  const words = text.split(' ').map((word, order) => {
    const face = { name: 'F', bold: isBold(order), italic: false, mono: false };
    return { ...at, text: word, face, order };
  });
  return toLine(words);
}

const textBlock = (...lines: [Line, ...Line[]]): Chunk => {
  const { x0, y0, x1, y1 } = lines[0];
  return { kind: 'text', x0, y0, x1, y1, lines, textX: x0 };
};

describe('captionOf', () => {
  it.each([
    'Figure 3. Depth by month',
    'FIGURE 3 Depth by month',
    'Fig. 2: Depth',
    'Fig.2 Depth',
    'Figure 2-1 Depth',
    'Figure A.3. Depth',
    'Supplementary Figure S2 | Depth',
    'Abb. 1 Tiefe je Monat',
    'Abbildung 12: Tiefe',
    'Table 4',
    'Tabelle 4. Tiefe',
    'Tableau IV. Profondeur',
    'Obrázek 5 – Hloubka',
    'Рис. 7. Глубина',
    '图 3 深度',
    'Figure 4(a) Depth',
  ])('finds the caption %s', (text) => {
    expect(captionOf(textBlock(lineOf(text)))?.text).toBe(text);
  });

  it.each([
    'Figure 3 shows the depth.',
    'Figures 3 and 4 show it.',
    'Table 2, however, is older.',
    'Tables of this kind',
    'Image of the harbour',
    'Photographs were taken.',
    'Plates are',
    'In Figure 3 it is shown.',
  ])('takes no sentence for one: %s', (text) => {
    expect(captionOf(textBlock(lineOf(text)))).toBeUndefined();
  });

  it('takes a bold label for one, whatever follows', () => {
    expect(
      captionOf(textBlock(lineOf('Figure 3 the depth by month', 0, (word) => word < 2)))?.text,
    ).toContain('the depth');
  });

  it('joins lines and words that are divided', () => {
    expect(captionOf(textBlock(lineOf('Figure 1. Depth by the mea-'), lineOf('sured month')))?.text).toBe(
      'Figure 1. Depth by the measured month',
    );
  });
});

describe('figureMarkdown', () => {
  const block = (text: string, y0: number): Block => textBlock(lineOf(text, y0));
  const figure = { x0: 60, y0: 200, x1: 280, y1: 300, ref: 'a.png' };

  it.each<[string, Block[], string]>([
    ['below', [block('Figure 1. Depth', 310)], 'Figure 1. Depth'],
    ['above', [block('Figure 1. Depth', 180)], 'Figure 1. Depth'],
    [
      'of the picture above it, and its own',
      [block('Figure 1. A', 188), block('Figure 2. B', 305)],
      'Figure 2. B',
    ],
    ['of a table, and of the next', [block('Table 1. A', 185), block('Table 2. B', 305)], 'Table 1. A'],
    [
      'below the axis of a drawing',
      [block('May June', 320), block('Figure 1. Depth', 400)],
      'Figure 1. Depth',
    ],
    [
      'below a paragraph',
      [block('A paragraph of the text, which is no label of a drawing.', 320), block('Figure 1. Depth', 400)],
      '',
    ],
    ['far below', [block('Figure 1. Depth', 600)], ''],
  ])('has the caption %s', (_name, blocks, expected) => {
    expect(figureMarkdown(figure, blocks)).toBe(`![${expected}](a.png)`);
  });
});

describe('withFigures', () => {
  const figure = { x0: 60, y0: 200, x1: 280, y1: 300, ref: 'a.png' };
  const blocks: Block[] = [textBlock(lineOf('Figure 1. Depth', 310))];

  it.each([
    ['before its caption', 'One.\n\n**Figure 1.** Depth\n\nTwo.', 1],
    ['before its caption, whatever its case', 'One.\n\n*FIGURE 1: Depth*', 1],
    ['at the end where the caption is another', 'One.\n\nFigure 11. Depth', 2],
    ['at the end where there is none', 'One.', 1],
    ['on a page without text', '', 0],
  ])('puts a picture %s', (_name, markdown, expected) => {
    const written = withFigures(markdown, [figure], blocks).split('\n\n');

    expect(written[expected]).toBe('![Figure 1. Depth](a.png)');
    expect(written.filter((_, index) => index !== expected).join('\n\n')).toBe(markdown);
  });
});

describe('placeFigures', () => {
  const text = (x0: number, y0: number, x1: number, y1: number): Block => {
    return { kind: 'text', x0, y0, x1, y1, lines: [], textX: x0 };
  };
  const left = [text(50, 100, 290, 300), text(50, 400, 290, 700)];
  const right = [text(310, 100, 550, 300), text(310, 400, 550, 700)];
  const title = text(50, 40, 550, 80);

  it.each<[string, Box, Block[], number]>([
    ['on a page of its own', { x0: 50, y0: 50, x1: 500, y1: 500 }, [], 0],
    ['below everything', { x0: 50, y0: 720, x1: 290, y1: 780 }, left, 2],
    ['above everything', { x0: 50, y0: 10, x1: 290, y1: 90 }, left, 0],
    ['in the left column', { x0: 50, y0: 310, x1: 290, y1: 390 }, [title, ...left, ...right], 2],
    ['in the right column', { x0: 310, y0: 310, x1: 550, y1: 390 }, [title, ...left, ...right], 4],
    ['at the head of the right column', { x0: 310, y0: 85, x1: 550, y1: 98 }, [title, ...left, ...right], 3],
    ['at the foot of the left column', { x0: 50, y0: 710, x1: 290, y1: 760 }, [title, ...left, ...right], 3],
    ['across both columns at the foot', { x0: 50, y0: 710, x1: 550, y1: 760 }, [title, ...left, ...right], 5],
  ])('%s', (_name, figure, blocks, expected) => {
    expect([...placeFigures([figure], blocks)]).toEqual([[expected, [figure]]]);
  });
});
