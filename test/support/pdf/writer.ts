/** Small PDFs for tests, written through mupdf with the standard fonts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEngine } from '../../../shared/pdf/engine.ts';

export type FontName = 'Helvetica' | 'Helvetica-Bold' | 'Helvetica-Oblique' | 'Courier' | 'Times-Roman';

export interface TextAt {
  readonly text: string;
  readonly x: number;
  /** From the top of the page, to the baseline. */
  readonly y: number;
  readonly size?: number;
  readonly font?: FontName;
  /** By which it is turned clockwise, about its begin. */
  readonly degrees?: number;
  /** PDF operators before it, such as `1 g` (white) or `3 Tr` (invisible). */
  readonly before?: string;
}

export interface PageSpec {
  readonly texts: readonly TextAt[];
  /** Raw content stream operators, drawn before the text, PDF coordinates. */
  readonly graphics?: string;
}

/** 200 dpi. */
const SCAN_SCALE = 200 / 72;
const PAGE_HEIGHT_PT = 792;
const PAGE_WIDTH_PT = 612;

/** The bytes of a PDF with these pages. */
export async function writePdf(pages: readonly PageSpec[], options = ''): Promise<Uint8Array> {
  const { mupdf } = await loadEngine();
  const document = new mupdf.PDFDocument();
  try {
    for (const page of pages) {
      const fonts: Record<string, unknown> = {};
      for (const { font = 'Helvetica' } of page.texts) {
        fonts[font] ??= document.addSimpleFont(new mupdf.Font(font), 'Latin');
      }
      const resources = document.addObject({ Font: fonts });
      const contents = `${page.graphics ?? ''}\n${page.texts.map(toOperators).join('\n')}`;
      document.insertPage(
        -1,
        document.addPage([0, 0, PAGE_WIDTH_PT, PAGE_HEIGHT_PT], 0, resources, contents),
      );
    }
    return document.saveToBuffer(options).asUint8Array().slice();
  } finally {
    document.destroy();
  }
}

function toOperators(at: TextAt): string {
  const { text, x, y, size = 10, font = 'Helvetica', degrees = 0, before = '' } = at;
  const escaped = text.replace(/[\\()]/g, (char) => `\\${char}`);
  const [cos, sin] = [Math.cos, Math.sin].map((of) => of((-degrees * Math.PI) / 180).toFixed(6));
  const matrix = `${cos} ${sin} ${-Number(sin)} ${cos} ${x} ${PAGE_HEIGHT_PT - y}`;
  return `q ${before} BT /${font} ${size} Tf ${matrix} Tm (${escaped}) Tj ET Q`;
}

/** The first page of a PDF as a picture on each page, as a scanner makes it. */
export async function writeScan(bytes: Uint8Array, turn = 0, copies = 1): Promise<Uint8Array> {
  const { mupdf } = await loadEngine();
  const source = mupdf.Document.openDocument(bytes, 'application/pdf');
  const target = new mupdf.PDFDocument();
  try {
    const page = source.loadPage(0);
    const matrix = mupdf.Matrix.concat(mupdf.Matrix.scale(SCAN_SCALE, SCAN_SCALE), mupdf.Matrix.rotate(turn));
    const pixmap = page.toPixmap(matrix, mupdf.ColorSpace.DeviceGray);
    const image = target.addImage(new mupdf.Image(pixmap));
    const resources = target.addObject({ XObject: { I: image } });
    const size = `${PAGE_WIDTH_PT} 0 0 ${PAGE_HEIGHT_PT} 0 0 cm /I Do`;
    for (let copy = 0; copy < copies; copy += 1) {
      target.insertPage(-1, target.addPage([0, 0, PAGE_WIDTH_PT, PAGE_HEIGHT_PT], 0, resources, size));
    }
    pixmap.destroy();
    page.destroy();
    return target.saveToBuffer('compress').asUint8Array().slice();
  } finally {
    target.destroy();
    source.destroy();
  }
}

/** Lines of text one below the other, from `y` down. */
export function textLines(texts: readonly string[], at: Omit<TextAt, 'text'>, leading = 12): TextAt[] {
  return texts.map((text, index) => ({ ...at, text, y: at.y + index * leading }));
}

/** Writes `bytes` to a file of its own and calls `use` with its path; the file is removed afterwards. */
export async function withFile<T>(
  bytes: Uint8Array | string,
  use: (path: string) => Promise<T>,
  name = 'a.pdf',
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'smallbatch-pdf-'));
  try {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
