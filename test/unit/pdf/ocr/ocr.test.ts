import { afterAll, describe, expect, it } from 'vitest';
import { openPdf } from '../../../../shared/pdf/document.ts';
import { toOcrLines } from '../../../../shared/pdf/ocr/lines.ts';
import { ocrReason } from '../../../../shared/pdf/ocr/needs-ocr.ts';
import { closeOcr } from '../../../../shared/pdf/ocr/ocr.ts';
import type { OcrLine } from '../../../../shared/pdf/ocr/tesseract-json.ts';
import { convertPage } from '../../../../shared/pdf/page.ts';
import type { PageResult } from '../../../../shared/pdf/page-result.ts';
import type { PdfOptions } from '../../../../shared/pdf/pdf-options.ts';
import { collectProfile } from '../../../../shared/pdf/profile.ts';
import { lineText, type PageContent } from '../../../../shared/pdf/read/words.ts';
import { textLines, withFile, writePdf, writeScan } from '../../../support/pdf/writer.ts';

const TEXT = [
  'The survey covers eleven harbours on the northern coast,',
  'each visited twice between May and September. Every',
  'measurement was repeated at low and high tide, and the',
  'larger of the two values was kept. The committee met four',
  'times and agreed on a set of eight recommendations.',
];

afterAll(closeOcr);

async function convertFirst(bytes: Uint8Array, options?: PdfOptions): Promise<PageResult> {
  return await withFile(bytes, async (path) => {
    const document = await openPdf(path);
    try {
      return await convertPage(document, 1, collectProfile(document), options);
    } finally {
      document.close();
    }
  });
}

const scan = async (turn?: 0 | 90 | 180 | 270, size = 14): Promise<Uint8Array> => {
  const page = { texts: textLines(TEXT, { x: 72, y: 120, size }, size * 1.4) };
  return await writeScan(await writePdf([page]), turn);
};

function recall(found: string): number {
  const words = new Set(found.split(/\s+/));
  const wanted = TEXT.join(' ').split(' ');
  return wanted.filter((word) => words.has(word)).length / wanted.length;
}

describe('OCR of a scanned page', () => {
  it('reads print', async () => {
    const page = await convertFirst(await scan());

    expect(page).toMatchObject({ status: 'ocr', method: 'tesseract' });
    expect(recall(page.markdown)).toBeGreaterThanOrEqual(0.98);
    expect(page.confidence).toBeGreaterThan(0.8);
  });

  it.each([180, 90, 270] as const)('reads a page that lies turned by %d°', async (turn) => {
    const page = await convertFirst(await scan(turn));

    expect(recall(page.markdown)).toBeGreaterThanOrEqual(0.95);
    expect(page.markdown).toContain('each visited twice');
  });

  it('reads columns one after the other', async () => {
    const column = { y: 120, size: 10 };
    const left = [...TEXT, ...TEXT].map((line) => line.slice(0, 40).trimEnd());
    const right = left.map((line) => line.toUpperCase());
    const texts = [
      ...textLines(left, { ...column, x: 72 }, 14),
      ...textLines(right, { ...column, x: 330 }, 14),
    ];

    const { markdown } = await convertFirst(await writeScan(await writePdf([{ texts }])));

    const small = markdown.search(/visited twice/);
    expect(small).toBeGreaterThan(0);
    expect(markdown.lastIndexOf('visited twice')).toBeLessThan(markdown.search(/VISITED TWICE/));
  });

  it('marks what it can hardly read', async () => {
    const page = await convertFirst(await scan(0, 3.6));

    expect(page.confidence).toBeLessThan(0.65);
    expect(page).toMatchObject({ status: 'ocr', markdown: expect.stringContaining('low confidence') });
  });

  it('says so where it is off', async () => {
    const page = await convertFirst(await scan(), { ocr: 'off' });

    expect(page).toMatchObject({ status: 'blank', markdown: expect.stringContaining('page 1 is a picture') });
  });

  it.each(['xyz', '../eng'])('says so where the language "%s" has no data', async (language) => {
    const page = await convertFirst(await scan(), { ocrLanguages: [language] });

    expect(page).toMatchObject({ status: 'blank', error: expect.stringMatching(/OCR failed: no OCR data/) });
  });
});

describe('a text layer that OCR laid over a scan', () => {
  it('is text with divided words, and no code for its letters of one width', async () => {
    const printed = [
      'The survey covers eleven harbours on the nor-',
      'thern coast, each visited twice a year.',
    ];
    const pdf = Buffer.from(
      await writePdf([{ texts: textLines(printed, { x: 72, y: 120, font: 'Courier' }, 16) }]),
    );
    const flags =
      '/FontName/GlyphLessFont/Flags 33/FontBBox[0 -200 600 800]/ItalicAngle 0/Ascent 800/Descent -200';
    const layer = pdf
      .toString('latin1')
      .replace('/BaseFont/Courier', `/BaseFont/GlyphLessFont/FontDescriptor<</Type/FontDescriptor${flags}>>`);

    const { markdown } = await convertFirst(Buffer.from(layer, 'latin1'));

    expect(markdown).toBe(
      'The survey covers eleven harbours on the northern coast, each visited twice a year.',
    );
  });
});

describe('toOcrLines', () => {
  const line = (text: string, y0: number): OcrLine => {
    const bbox = { x0: 0, y0, x1: 400, y1: y0 + 30 };
    const words = text.split(' ').map((word) => ({ text: word, bbox, confidence: 90 }));
    return { bbox, baseline: { ...bbox, y0: bbox.y1 }, words };
  };
  const read = (...texts: string[]): string[] =>
    toOcrLines(
      texts.map((text, index) => line(text, 60 * index)),
      2,
    ).map(lineText);

  it('knows a list by what tesseract takes its bullets for', () => {
    expect(read('© one harbour', '° two rivers', '* three lakes')).toEqual([
      '• one harbour',
      '• two rivers',
      '• three lakes',
    ]);
  });

  it('keeps doubtful words, not specks', () => {
    const bbox = { x0: 0, y0: 0, x1: 400, y1: 30 };
    const words = ['a', 'biiches', '|.', 'I'].map((text, index) => ({
      text,
      bbox,
      confidence: 90 - 80 * +(index > 0),
    }));

    const lines = toOcrLines([{ bbox, baseline: { ...bbox, y0: 30 }, words }], 2);

    expect(lines.map(lineText)).toEqual(['a biiches']);
  });

  it.each([
    ['a copyright and a note', ['© 2026 Linn', 'Plain text', '* a note']],
    ['marks on their own', ['©', '°', '*']],
  ])('leaves %s as they are', (_name, texts) => {
    expect(read(...texts)).toEqual(texts);
  });
});

describe('ocrReason', () => {
  const empty: PageContent = {
    width: 600,
    height: 800,
    lines: [],
    rules: [],
    images: [],
    links: [],
    turned: [],
  };

  it.each([
    ['an empty page', empty, undefined],
    ['a picture', { ...empty, images: [{ x0: 0, y0: 0, x1: 600, y1: 700 }] }, 'picture'],
    ['a small picture', { ...empty, images: [{ x0: 0, y0: 0, x1: 100, y1: 100 }] }, undefined],
    ['a picture off the page', { ...empty, images: [{ x0: 700, y0: 0, x1: 9000, y1: 700 }] }, undefined],
  ])('of %s', (_name, content, expected) => {
    expect(ocrReason(content)).toBe(expected);
  });
});
