/** A page as gray pixels or PNG, of bounded size. */
import { crc32, deflateSync } from 'node:zlib';
import type { Pixmap } from 'mupdf';
import type { PdfDocument } from './document.ts';

export const POINTS_PER_INCH = 72;
/** An 8,400-pt page at twice its size is 847 MB of pixels: the longest side is capped. */
const MAX_PIXELS = 2_000;
/** Above this WASM memory, what mupdf keeps of a drawn page (decoded images, mostly) is dropped: 300 scans peak at 142 MiB instead of 298. */
const KEEP_STORE_BYTES = 40 * 1024 * 1024;
/** Level 1: 3 ms a page against 14 for mupdf's own PNG. */
const DEFLATE_LEVEL = 1;
/** A page of text fits in one piece; pieces of 16 KB would be copied together. */
const DEFLATE_CHUNK_BYTES = 1024 * 1024;
const CHUNK_FRAME_BYTES = 12;
const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export interface Picture {
  readonly png: Uint8Array;
  /** Pixels per point. */
  readonly scale: number;
}

/** 8-bit gray, row by row without padding. */
export interface GrayPage {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Pixels per point. */
  readonly scale: number;
}

export interface RenderOptions {
  readonly dpi: number;
  readonly maxPixels?: number;
  /** Degrees by which the page is turned. */
  readonly turn?: number;
}

/** Renders page `index` (from 0) as a PNG. Throws if mupdf had to leave something out for want of memory. */
export function renderPage(document: PdfDocument, index: number, options: RenderOptions): Picture {
  return draw(document, index, options, (pixmap, scale) => ({ png: toPng(pixmap), scale }));
}

/** Renders page `index` (from 0) as pixels. Throws as `renderPage` does. */
export function renderGray(document: PdfDocument, index: number, options: RenderOptions): GrayPage {
  return draw(document, index, options, (pixmap, scale) => {
    const width = pixmap.getWidth();
    const height = pixmap.getHeight();
    const pixels = new Uint8Array(width * height);
    copyRows(pixmap, pixels, { offset: 0, stride: width });
    return { pixels, width, height, scale };
  });
}

/** Gives the memory of a picture back at once: V8 collects such buffers only when 64 MB of them lie about. */
export function releasePicture(bytes: Uint8Array): void {
  if (bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
}

/** `use` gets the pixmap, which is gone afterwards. */
function draw<T>(
  document: PdfDocument,
  index: number,
  options: RenderOptions,
  use: (pixmap: Pixmap, scale: number) => T,
): T {
  const { mupdf } = document.engine;
  const page = document.handle.loadPage(index);
  try {
    const [x0, y0, x1, y1] = page.getBounds();
    const longest = Math.max(x1 - x0, y1 - y0, 1);
    const scale = Math.min(options.dpi / POINTS_PER_INCH, (options.maxPixels ?? MAX_PIXELS) / longest);
    document.engine.takeLog();
    const matrix = mupdf.Matrix.concat(
      mupdf.Matrix.scale(scale, scale),
      mupdf.Matrix.rotate(options.turn ?? 0),
    );
    const pixmap = page.toPixmap(matrix, mupdf.ColorSpace.DeviceGray);
    try {
      const lost = document.engine.takeLog().find((line) => /insufficient memory|malloc/i.test(line));
      if (lost) throw new RangeError(`the page could not be drawn whole: ${lost}`);
      return use(pixmap, scale);
    } finally {
      pixmap.destroy();
    }
  } finally {
    page.destroy();
    // A picture can't tell what the next page uses; text pages, whose fonts are worth keeping, stay below.
    if (document.engine.wasm.HEAPU8.length > KEEP_STORE_BYTES) mupdf.emptyStore();
  }
}

/** Copies the pixmap's rows to `target`, the first one to `offset`, the others `stride` apart. */
function copyRows(pixmap: Pixmap, target: Uint8Array, at: { offset: number; stride: number }): void {
  const width = pixmap.getWidth();
  const height = pixmap.getHeight();
  const stride = pixmap.getStride();
  const pixels = pixmap.getPixels();
  for (let y = 0; y < height; y += 1) {
    target.set(pixels.subarray(y * stride, y * stride + width), at.offset + y * at.stride);
  }
}

/** 8-bit gray, rows unfiltered (PNG specification, 11.2.2). */
function toPng(pixmap: Pixmap): Uint8Array {
  const width = pixmap.getWidth();
  const height = pixmap.getHeight();
  // A zero before each row: no filter.
  const rows = new Uint8Array((width + 1) * height);
  copyRows(pixmap, rows, { offset: 1, stride: width + 1 });
  const data = deflateSync(rows, { level: DEFLATE_LEVEL, chunkSize: DEFLATE_CHUNK_BYTES });
  releasePicture(rows);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(8, 8);
  const png = joinPng([
    ['IHDR', header],
    ['IDAT', data],
    ['IEND', Buffer.alloc(0)],
  ]);
  releasePicture(data);
  return png;
}

/** Signature and chunks: length, type, data, CRC-32 of type and data (PNG specification, 5.3). */
function joinPng(chunks: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const bytes = chunks.reduce((sum, [, data]) => sum + CHUNK_FRAME_BYTES + data.length, PNG_SIGNATURE.length);
  const png = Buffer.from(new ArrayBuffer(bytes));
  png.set(PNG_SIGNATURE);
  let at = PNG_SIGNATURE.length;
  for (const [type, data] of chunks) {
    png.writeUInt32BE(data.length, at);
    png.write(type, at + 4, 'latin1');
    png.set(data, at + 8);
    png.writeUInt32BE(crc32(png.subarray(at + 4, at + 8 + data.length)), at + 8 + data.length);
    at += CHUNK_FRAME_BYTES + data.length;
  }
  return png;
}
