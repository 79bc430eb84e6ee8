/** Text that is not level, and text of annotations: none of it may be lost. */
import { describe, expect, it } from 'vitest';
import { loadEngine } from '../../../../shared/pdf/engine.ts';
import { isPdfPage } from '../../../../shared/pdf/read/pdf-page.ts';
import { joinStacked } from '../../../../shared/pdf/read/stacked-glyphs.ts';
import { boxAround, degreesOf, toFrame } from '../../../../shared/pdf/read/turned-frame.ts';
import { lineText, toLine, type Word } from '../../../../shared/pdf/read/words.ts';
import { convertAll } from '../../../support/pdf/convert-all.ts';
import { type TextAt, textLines, writePdf } from '../../../support/pdf/writer.ts';

const PAGE = { width: 600, height: 800 };

/** Lines that run up the page, one right of the other. */
function upwards(texts: readonly string[], x: number, y: number, leading = 14): TextAt[] {
  return texts.map((text, index) => ({ text, x: x + leading * index, y, degrees: -90 }));
}

/** The cells of a table that lies on its side, its first row at the left. */
function turnedRows(rows: readonly (readonly string[])[]): TextAt[] {
  return rows.flatMap((row, at) =>
    row.map((text, column) => ({ text, x: 220 + 30 * at, y: 690 - 90 * column, degrees: -90 })),
  );
}

/** The lines between its rows and columns. */
function turnedGrid(rows: number, columns: number): string {
  const across = Array.from(
    { length: rows + 1 },
    (_, at) => `${200 + 30 * at} 92 m ${200 + 30 * at} ${92 + 90 * columns} l S`,
  );
  const along = Array.from(
    { length: columns + 1 },
    (_, at) => `200 ${92 + 90 * at} m ${200 + 30 * rows} ${92 + 90 * at} l S`,
  );
  return [...across, ...along].join('\n');
}

describe('a frame', () => {
  it.each([
    [1, 0, 0],
    [0.95, 0.3, 0],
    [-1, 0, 180],
    [0, 1, 90],
    [0.1, -0.99, -90],
    [0.64, -0.77, -50],
  ])('lines along (%d, %d) are turned by %d degrees', (x, y, degrees) => {
    expect(degreesOf(x, y)).toBe(degrees);
  });

  it.each([90, -90, 180, -50, 37])('of %d degrees holds the page, and leads back to it', (degrees) => {
    const frame = toFrame(degrees, PAGE);
    const box = { x0: 100, y0: 200, x1: 300, y1: 260 };

    const inFrame = boxAround(box, frame.toFrame);

    expect(inFrame.x0).toBeGreaterThanOrEqual(0);
    expect(inFrame.x1).toBeLessThanOrEqual(frame.width);
    expect(inFrame.y1).toBeLessThanOrEqual(frame.height);
    const back = frame.toPage(inFrame);
    expect(back.x0).toBeLessThanOrEqual(box.x0 + 1e-6);
    expect(back.y1).toBeGreaterThanOrEqual(box.y1 - 1e-6);
    if (degrees % 90 === 0) expect(back).toEqual(box);
  });

  it('of vertical writing has the right column first', () => {
    const { toFrame: at } = toFrame(90, PAGE);

    expect(at(590, 10)).toEqual([10, 10]);
    expect(at(10, 10)).toEqual([10, 590]);
  });
});

describe('joinStacked', () => {
  const face = { name: 'Mincho', bold: false, italic: false, mono: false };
  const glyph = (text: string, x0: number, baseline = 100): Word => ({
    ...{ text, x0, x1: x0 + 10, y0: baseline - 10, y1: baseline, baseline, size: 10, face, color: 0 },
    ...{ joined: false, order: x0 },
  });

  it('joins glyphs that touch to words, and those of one line to lines', () => {
    const glyphs = [glyph('縦', 0), glyph('書', 10), glyph('き', 24), glyph('遠', 90), glyph('行', 0, 120)];

    const lines = joinStacked(glyphs.map((word) => toLine([word])));

    expect(lines.map(lineText)).toEqual(['縦書 き', '遠', '行']);
  });
});

describe('a page', () => {
  it('that is turned as a whole is read, not blank', async () => {
    const words = [
      'The harbour office keeps a record of every',
      'vessel that enters the basin, and of tides.',
    ];
    const pdf = await writePdf([{ texts: upwards(words, 60, 700) }]);

    const [result] = await convertAll(pdf);

    expect(result).toMatchObject({ status: 'text', confidence: 1, markdown: words.join(' ') });
  });

  it.each([180, 90, -35])('with lines turned by %d degrees has them', async (degrees) => {
    const pdf = await writePdf([{ texts: [{ text: 'over here', x: 300, y: 400, degrees }] }]);

    const [result] = await convertAll(pdf);

    expect(result?.markdown).toBe('over here');
  });

  it('with a turned table between its texts has the table there', async () => {
    const rows = [
      ['Port', 'Depth', 'Berths'],
      ['Ayr', '7.2', '14'],
      ['Bude', '3.1', '6'],
    ];
    const texts = [
      ...textLines(['Some text above the table that is longer.', 'It has two lines.'], { x: 72, y: 60 }),
      ...turnedRows(rows),
      ...textLines(['Some text below the table that is longer.', 'It has two lines.'], { x: 72, y: 740 }),
    ];
    const pdf = await writePdf([{ texts, graphics: turnedGrid(3, 3) }]);

    const [result] = await convertAll(pdf);

    const table = '| Port | Depth | Berths |\n| --- | --- | --- |\n| Ayr | 7.2 | 14 |\n| Bude | 3.1 | 6 |';
    expect(result?.markdown).toMatch(/^Some text above[^|]*\n\n\|.*\|\n\nSome text below/s);
    expect(result?.markdown).toContain(table);
  });

  it('leaves out and counts a watermark that is on every page', async () => {
    const texts = (page: string): TextAt[] => [
      ...textLines([`The ${page} page has its own text.`, 'And more of it.'], { x: 72, y: 300 }),
      { text: 'SECRET', x: 200, y: 600, size: 60, degrees: -50 },
    ];
    const pdf = await writePdf(['first', 'second', 'third'].map((page) => ({ texts: texts(page) })));

    const results = await convertAll(pdf);

    for (const { markdown, leftOut } of results) {
      expect(markdown).not.toContain('SECRET');
      expect(leftOut).toEqual({ running: 6 });
    }
  });

  it('has the text of an annotation that is shown on it', async () => {
    const pdf = await annotated(await writePdf([{ texts: [{ text: 'The page.', x: 72, y: 72 }] }]));

    const [result] = await convertAll(pdf);

    expect(result?.markdown).toContain('Please check the sum');
    expect(result?.markdown).not.toContain('Not shown');
  });
});

/** With a note on its first page, and another that is hidden. */
async function annotated(bytes: Uint8Array): Promise<Uint8Array> {
  const { mupdf } = await loadEngine();
  const document = mupdf.Document.openDocument(bytes, 'application/pdf').asPDF();
  if (!document) throw new Error('expected a PDF');
  const HIDDEN = 2;
  try {
    const page = document.loadPage(0);
    if (!isPdfPage(page)) throw new Error('expected a page of a PDF');
    for (const [text, flags] of [
      ['Please check the sum', 4],
      ['Not shown', HIDDEN],
    ] as const) {
      const note = page.createAnnotation('FreeText');
      note.setRect([72, 200, 300, 230]);
      note.setContents(text);
      note.setFlags(flags);
      note.update();
      note.destroy();
    }
    page.destroy();
    return document.saveToBuffer('').asUint8Array().slice();
  } finally {
    document.destroy();
  }
}
