import { afterEach, describe, expect, it } from 'vitest';
import { openPdf } from '../../../../shared/pdf/document.ts';
import { loadEngine } from '../../../../shared/pdf/engine.ts';
import { storeOnce } from '../../../../shared/pdf/figures/figures.ts';
import { convertPage } from '../../../../shared/pdf/page.ts';
import type { PageResult } from '../../../../shared/pdf/page-result.ts';
import { collectProfile } from '../../../../shared/pdf/profile.ts';
import type { Box } from '../../../../shared/pdf/read/words.ts';
import { withFile } from '../../../support/pdf/writer.ts';

interface Shown {
  readonly name: string;
  /** From the top left corner of the page, in points. */
  readonly at: Box;
}

interface PictureSpec {
  readonly side?: number;
  readonly format?: 'png' | 'jpeg';
  readonly seed?: number;
}

const stored: { name: string; bytes: Uint8Array; contentType: string }[] = [];
afterEach(() => {
  stored.length = 0;
});

async function put(name: string, bytes: Uint8Array, contentType: string): Promise<string> {
  stored.push({ name, bytes, contentType });
  return `figures/${name}`;
}

/** A page of 600 × 800 with pictures and lines of text (y of the baseline from the top). */
async function pdfWith(
  pictures: Readonly<Record<string, PictureSpec>>,
  shown: readonly Shown[],
  texts: Readonly<Record<string, number>> = {},
): Promise<Uint8Array> {
  const { mupdf } = await loadEngine();
  const document = new mupdf.PDFDocument();
  const objects: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(pictures)) {
    objects[name] = document.addImage(new mupdf.Image(await pictureBytes(spec)));
  }
  const font = document.addSimpleFont(new mupdf.Font('Helvetica'), 'Latin');
  const resources = document.addObject({ XObject: objects, Font: { F: font } });
  const contents = [
    ...shown.map(
      ({ name, at }) => `q ${at.x1 - at.x0} 0 0 ${at.y1 - at.y0} ${at.x0} ${800 - at.y1} cm /${name} Do Q`,
    ),
    ...Object.entries(texts).map(([text, y]) => `BT /F 10 Tf 1 0 0 1 72 ${800 - y} Tm (${text}) Tj ET`),
  ];
  document.insertPage(-1, document.addPage([0, 0, 600, 800], 0, resources, contents.join('\n')));
  const bytes = document.saveToBuffer('').asUint8Array().slice();
  document.destroy();
  return bytes;
}

/** Noise, so that no two seeds have the same bytes and none looks like an area of one colour. */
async function pictureBytes({ side = 64, format = 'png', seed = 1 }: PictureSpec): Promise<Uint8Array> {
  const { mupdf } = await loadEngine();
  const pixmap = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [0, 0, side, side], false);
  const pixels = pixmap.getPixels();
  for (let index = 0; index < pixels.length; index += 1) pixels[index] = (index * index * (seed + 2)) % 251;
  const bytes = (format === 'jpeg' ? pixmap.asJPEG(90, false) : pixmap.asPNG()).slice();
  pixmap.destroy();
  return bytes;
}

async function convert(bytes: Uint8Array, figures = true): Promise<PageResult> {
  return await withFile(bytes, async (path) => {
    const document = await openPdf(path);
    try {
      return await convertPage(
        document,
        1,
        collectProfile(document),
        { figures, ocr: 'off' },
        { putFigure: put },
      );
    } finally {
      document.close();
    }
  });
}

const square = (x: number, y: number, side = 100): Box => ({ x0: x, y0: y, x1: x + side, y1: y + side });

describe('figures', () => {
  it('stand in the text where they stand on the page, with their caption', async () => {
    const pdf = await pdfWith({ A: {} }, [{ name: 'A', at: square(72, 130) }], {
      'The harbour was visited twice.': 100,
      'Figure 1. Depth [m] by month': 245,
      'Every measurement was repeated.': 300,
    });

    const { markdown, figures } = await convert(pdf);

    expect(markdown.split('\n\n')).toEqual([
      'The harbour was visited twice.',
      '![Figure 1. Depth \\[m\\] by month](figures/p0001-1.png)',
      expect.stringMatching(/^Figure 1/),
      'Every measurement was repeated.',
    ]);
    expect(figures).toEqual([
      { ref: 'figures/p0001-1.png', contentType: 'image/png', bytes: stored[0]?.bytes.length },
    ]);
    expect(Buffer.from(stored[0]?.bytes.slice(0, 4) ?? []).toString('latin1')).toBe('\x89PNG');
  });

  it('are the JPEG of the document where it is one', async () => {
    const pdf = await pdfWith({ A: { format: 'jpeg' } }, [{ name: 'A', at: square(72, 130) }]);

    await convert(pdf);

    expect(stored).toEqual([
      { name: 'p0001-1.jpg', bytes: await pictureBytes({ format: 'jpeg' }), contentType: 'image/jpeg' },
    ]);
  });

  it('change nothing of the text', async () => {
    const texts = { 'Above the picture.': 100, 'Beside or in it.': 180, 'Below the picture.': 300 };
    const pdf = await pdfWith({ A: {} }, [{ name: 'A', at: square(72, 130) }], texts);

    const [withThem, without] = [await convert(pdf), await convert(pdf, false)];

    expect(withThem.markdown.replace(/!\[.*\)\n\n/, '')).toBe(without.markdown);
    expect(without.figures).toBeUndefined();
  });

  it.each<[string, Readonly<Record<string, PictureSpec>>, Shown[], string[]]>([
    ['a small decoration', { A: {} }, [{ name: 'A', at: square(72, 130, 20) }], []],
    ["the page's scan", { A: {} }, [{ name: 'A', at: { x0: 0, y0: 0, x1: 600, y1: 800 } }], []],
    [
      'two of the same content',
      { A: {}, B: {} },
      [
        { name: 'A', at: square(72, 130) },
        { name: 'B', at: square(72, 400) },
      ],
      ['p0001-1.png'],
    ],
    [
      'two of other content',
      { A: {}, B: { seed: 5 } },
      [
        { name: 'A', at: square(72, 130) },
        { name: 'B', at: square(72, 400) },
      ],
      ['p0001-1.png', 'p0001-2.png'],
    ],
    [
      'slices of one picture',
      { A: {}, B: { seed: 5 } },
      [
        { name: 'A', at: square(72, 130) },
        { name: 'B', at: square(72, 230) },
      ],
      ['p0001-1.png'],
    ],
    [
      'a JPEG as another size',
      { A: { format: 'jpeg' } },
      [{ name: 'A', at: square(72, 130, 300) }],
      ['p0001-1.jpg'],
    ],
  ])('of %s', async (_name, pictures, shown, expected) => {
    const { figuresLeftOut } = await convert(await pdfWith(pictures, shown));

    expect(stored.map(({ name }) => name)).toEqual(expected);
    expect(figuresLeftOut).toBeUndefined();
  });

  it('over the limit of a page are counted', async () => {
    const pictures = Object.fromEntries(
      Array.from({ length: 45 }, (_, seed) => [`P${seed}`, { seed, side: 24 }]),
    );
    const shown = Object.keys(pictures).map((name, index) => ({
      name,
      at: square(10 + 60 * (index % 9), 10 + 60 * Math.floor(index / 9), 40),
    }));

    const { figures, figuresLeftOut } = await convert(await pdfWith(pictures, shown));

    expect(figures).toHaveLength(40);
    expect(figuresLeftOut).toBe(5);
  });

  it('of a page of ten thousand are not all looked at, and those passed over are counted', async () => {
    const shown = Array.from({ length: 10_000 }, (_, index) => ({
      name: 'A',
      at: square(5 + 5.9 * (index % 100), 5 + 7.8 * Math.floor(index / 100), 3),
    }));
    const start = performance.now();

    const { figures, figuresLeftOut } = await convert(await pdfWith({ A: { side: 8 } }, shown));

    expect(figures).toBeUndefined();
    expect(figuresLeftOut).toBe(9000);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('of 900 million pixels are left out, without the memory that they would need', async () => {
    const pdf = Buffer.from(await pdfWith({ A: {} }, [{ name: 'A', at: square(72, 130, 400) }])).toString(
      'latin1',
    );
    const huge = pdf.replace('/Width 64', '/Width 30000').replace('/Height 64', '/Height 30000');

    const { status, figuresLeftOut } = await convert(Buffer.from(huge, 'latin1'));

    expect({ status, figuresLeftOut }).toEqual({ status: 'blank', figuresLeftOut: 1 });
  });

  it('need a sink', async () => {
    const bytes = await pdfWith({}, []);

    const conversion = withFile(bytes, async (path) => {
      const document = await openPdf(path);
      return await convertPage(document, 1, collectProfile(document), { figures: true }).finally(() =>
        document.close(),
      );
    });

    await expect(conversion).rejects.toThrow(/expected tools.putFigure/);
  });

  it('of a hundred pages leave no memory behind', async () => {
    const pdf = await pdfWith({ A: { side: 700 } }, [{ name: 'A', at: square(72, 130, 400) }]);

    const grown = await withFile(pdf, async (path) => {
      const document = await openPdf(path);
      const profile = collectProfile(document);
      const again = async (times: number): Promise<number> => {
        for (let time = 0; time < times; time += 1) {
          await convertPage(
            document,
            1,
            profile,
            { figures: true, ocr: 'off' },
            { putFigure: async (name) => name },
          );
        }
        return document.engine.wasm.HEAPU8.length;
      };
      const before = await again(10);
      const after = await again(60);
      document.close();
      return after - before;
    });

    expect(grown).toBe(0);
  });
});

describe('storeOnce', () => {
  it('stores each content once and gives its first reference again', async () => {
    const once = storeOnce(put);

    const refs = [
      await once('p0001-1.png', Uint8Array.of(1), 'image/png'),
      await once('p0002-1.png', Uint8Array.of(2), 'image/png'),
      await once('p0003-1.png', Uint8Array.of(1), 'image/png'),
    ];

    expect(refs).toEqual(['figures/p0001-1.png', 'figures/p0002-1.png', 'figures/p0001-1.png']);
    expect(stored).toHaveLength(2);
  });
});
