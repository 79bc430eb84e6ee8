/** A long scanned document for the bench: pages of JPEG pictures, written part by part. */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import { loadEngine } from '../../shared/pdf/engine.ts';
import { textLines, writePdf } from '../support/pdf/writer.ts';
import { newRandom } from './pdf-quality/random.ts';

/** 200 dpi. */
const SCALE = 200 / 72;
const JPEG_QUALITY = 75;
/** Grain of the paper, in levels of gray: a page becomes as many bytes as a scanner's, about 350 KB. */
const GRAIN = 4;
/** Encoding takes 100 ms. Every page is an object of its own all the same, so nothing comes out of a cache. */
const DISTINCT_PAGES = 10;
const CATALOG = 1;
const TREE = 2;
/** A page is three objects: itself, what it draws, its picture. */
const OBJECTS_PER_PAGE = 3;

interface Jpeg {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Writes a PDF of `pages` scanned pages in colour, each with `lines` of text; returns when it is whole. */
export async function writeScans(path: string, pages: number, lines: readonly string[]): Promise<void> {
  const jpegs: Jpeg[] = [];
  for (let page = 0; page < Math.min(DISTINCT_PAGES, pages); page += 1)
    jpegs.push(await toJpeg([`Page ${page + 1}`, ...lines], page));
  const fd = openSync(`${path}.part`, 'w');
  try {
    writeDocument((bytes) => writeSync(fd, Buffer.from(bytes as Uint8Array)), pages, jpegs);
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.part`, path);
}

async function toJpeg(lines: readonly string[], seed: number): Promise<Jpeg> {
  const { mupdf } = await loadEngine();
  const texts = textLines(lines, { x: 60, y: 80, size: 11 }, 15);
  const document = mupdf.Document.openDocument(await writePdf([{ texts }]), 'application/pdf');
  const page = document.loadPage(0);
  const pixmap = page.toPixmap(mupdf.Matrix.scale(SCALE, SCALE), mupdf.ColorSpace.DeviceRGB);
  try {
    addGrain(pixmap.getPixels(), seed);
    const bytes = pixmap.asJPEG(JPEG_QUALITY, false).slice();
    return { bytes, width: pixmap.getWidth(), height: pixmap.getHeight() };
  } finally {
    pixmap.destroy();
    page.destroy();
    document.destroy();
  }
}

function addGrain(pixels: Uint8ClampedArray, seed: number): void {
  const random = newRandom(seed + 1);
  for (let at = 0; at < pixels.length; at += 3) {
    const grain = random.int(GRAIN);
    for (let channel = at; channel < at + 3; channel += 1) pixels[channel] = (pixels[channel] ?? 0) - grain;
  }
}

/** Objects, cross-reference table and trailer (ISO 32000-1, 7.5). */
function writeDocument(
  write: (bytes: Uint8Array | string) => number,
  pages: number,
  jpegs: readonly Jpeg[],
): void {
  const offsets: number[] = [];
  let length = write('%PDF-1.4\n');
  const object = (id: number, dictionary: string, stream?: Uint8Array | string): void => {
    offsets[id] = length;
    length += write(`${id} 0 obj\n<< ${dictionary} >>\n`);
    if (stream !== undefined) length += write('stream\n') + write(stream) + write('\nendstream\n');
    length += write('endobj\n');
  };
  const ids = Array.from({ length: pages }, (_, page) => TREE + 1 + page * OBJECTS_PER_PAGE);
  object(CATALOG, `/Type /Catalog /Pages ${TREE} 0 R`);
  object(
    TREE,
    `/Type /Pages /Count ${pages} /Kids [${ids.map((id) => `${id} 0 R`).join(' ')}] /MediaBox [0 0 612 792]`,
  );
  for (const [page, id] of ids.entries()) writePage(object, id, jpegs[page % jpegs.length]);
  const entries = offsets.slice(1).map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const size = offsets.length;
  write(`xref\n0 ${size}\n0000000000 65535 f \n${entries.join('')}`);
  write(`trailer\n<< /Size ${size} /Root ${CATALOG} 0 R >>\nstartxref\n${length}\n%%EOF\n`);
}

function writePage(
  object: (id: number, dictionary: string, stream?: Uint8Array | string) => void,
  id: number,
  jpeg: Jpeg | undefined,
): void {
  if (!jpeg) throw new RangeError('expected at least one picture');
  const { bytes, width, height } = jpeg;
  const drawing = '612 0 0 792 0 0 cm /I Do';
  object(
    id,
    `/Type /Page /Parent ${TREE} 0 R /Contents ${id + 1} 0 R /Resources << /XObject << /I ${id + 2} 0 R >> >>`,
  );
  object(id + 1, `/Length ${drawing.length}`, drawing);
  object(
    id + 2,
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length ${bytes.length}`,
    bytes,
  );
}
