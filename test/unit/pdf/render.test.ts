import { describe, expect, test } from 'vitest';
import { openPdf, type PdfDocument } from '../../../shared/pdf/document.ts';
import { loadEngine } from '../../../shared/pdf/engine.ts';
import { releasePicture, renderGray, renderPage } from '../../../shared/pdf/render-page.ts';
import { withFile, writePdf } from '../../support/pdf/writer.ts';

/** Letter, in points. */
const PAGE = { width: 612, height: 792 };

async function withPage<T>(use: (document: PdfDocument) => T | Promise<T>): Promise<T> {
  const bytes = await writePdf([{ texts: [{ text: 'Harbours', x: 72, y: 100, size: 40 }] }]);
  return await withFile(bytes, async (path) => {
    const document = await openPdf(path);
    try {
      return await use(document);
    } finally {
      document.close();
    }
  });
}

describe('the size of a page that is drawn', () => {
  test.each([
    ['at 72 dpi', { dpi: 72 }, 612, 792],
    ['at 144 dpi', { dpi: 144 }, 1224, 1584],
    ['on its side', { dpi: 72, turn: 90 }, 792, 612],
    ['over the cap', { dpi: 1200 }, 1546, 2000],
    ['over a cap of its own', { dpi: 144, maxPixels: 396 }, 306, 396],
  ])('%s', async (_name, options, width, height) => {
    const page = await withPage((document) => renderGray(document, 0, options));

    expect([page.width, page.height]).toEqual([width, height]);
    expect(page.pixels).toHaveLength(width * height);
    expect(page.scale).toBeCloseTo(Math.max(page.width, page.height) / PAGE.height, 2);
  });
});

test('the PNG has the pixels that are drawn', async () => {
  const { mupdf } = await loadEngine();

  const { gray, png } = await withPage((document) => ({
    gray: renderGray(document, 0, { dpi: 90 }),
    png: renderPage(document, 0, { dpi: 90 }).png,
  }));

  const decoded = new mupdf.Image(png).toPixmap();
  expect([decoded.getWidth(), decoded.getHeight()]).toEqual([gray.width, gray.height]);
  expect(Buffer.from(decoded.getPixels()).equals(Buffer.from(gray.pixels))).toBe(true);
  expect(gray.pixels.some((pixel) => pixel === 0)).toBe(true);
  decoded.destroy();
});

test('what is released is gone, whichever form it has', async () => {
  const { gray, png } = await withPage((document) => ({
    gray: renderGray(document, 0, { dpi: 36 }).pixels,
    png: renderPage(document, 0, { dpi: 36 }).png,
  }));

  for (const bytes of [gray, png]) releasePicture(bytes);

  expect([gray.length, png.length]).toEqual([0, 0]);
});
