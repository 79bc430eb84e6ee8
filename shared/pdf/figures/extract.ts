/** The pictures of a page as files' bytes: the JPEG of the document where it can stand alone, else a PNG. */
import type { PdfDocument } from '../document.ts';
import { type Box, boundsOf, type PageContent } from '../read/words.ts';
import { drawFigure } from './draw.ts';
import { readJpeg } from './jpeg.ts';
import type { PlacedImage } from './placed-image.ts';

export interface ExtractedFigure extends Box {
  readonly bytes: Uint8Array;
  readonly contentType: 'image/png' | 'image/jpeg';
}

/** Rules, bullets, icons and logos are smaller on one side than this, in points. */
const MIN_SIDE_PT = 32;
/** What covers more of the page is its scan, or its background. */
const MAX_PAGE_SHARE = 0.85;
const MAX_FIGURES = 40;
/** A page of a map's tiles has hundreds; a hostile one has millions. */
const MAX_IMAGES = 1_000;
/** mupdf decodes a picture whole: this many pixels take 160 MB. */
const MAX_SOURCE_PIXELS = 40_000_000;
const MAX_FILE_BYTES = 16 * 1024 * 1024;
/** They are held until the last one is stored. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024;
/** A PNG of fewer is an area of one colour. */
const PLAIN_BYTES = 400;
/** Pieces of a sliced picture touch each other to within a rounding, in points. */
const TOUCHING_PT = 1;

/** Reads the pictures of page `index` (from 0), top to bottom; small decorations and the page's scan are left out. */
export function extractFigures(
  document: PdfDocument,
  index: number,
  { width, height }: PageContent,
): { readonly figures: readonly ExtractedFigure[]; readonly leftOut: number } {
  return withImages(document, index, (images, passedOver) => {
    const groups = toGroups(images).filter((group) => isFigure(boundsOf(group), width * height));
    let bytesLeft = MAX_PAGE_BYTES;
    const found = groups.slice(0, MAX_FIGURES).flatMap((group) => {
      const figure = tryExtract(document, index, group, bytesLeft);
      bytesLeft -= figure?.bytes.length ?? 0;
      return figure ?? [];
    });
    const figures = found.filter(({ bytes }) => bytes.length >= PLAIN_BYTES);
    return { figures, leftOut: passedOver + groups.length - found.length };
  });
}

/** `use` gets the page's images in the order in which they are painted, and how many more it has; they are gone afterwards. */
function withImages<T>(
  document: PdfDocument,
  index: number,
  use: (images: readonly PlacedImage[], passedOver: number) => T,
): T {
  const images: PlacedImage[] = [];
  let passedOver = 0;
  const page = document.handle.loadPage(index);
  try {
    const [left, top] = page.getBounds();
    const text = page.toStructuredText('preserve-images');
    try {
      text.walk({
        onImageBlock([x0, y0, x1, y1], [a, b, c, d, e, f], image) {
          if (images.length >= MAX_IMAGES) {
            passedOver += 1;
            return image.destroy();
          }
          const box = { x0: x0 - left, y0: y0 - top, x1: x1 - left, y1: y1 - top };
          images.push({ ...box, image, matrix: [a, b, c, d, e - left, f - top] });
        },
      });
    } finally {
      text.destroy();
    }
    return use(images, passedOver);
  } finally {
    for (const { image } of images) image.destroy();
    page.destroy();
    document.engine.trim();
  }
}

/** Images that touch or lie over each other are one picture. */
function toGroups(images: readonly PlacedImage[]): PlacedImage[][] {
  let groups: PlacedImage[][] = [];
  for (const image of images) {
    const [touching, apart] = [[] as PlacedImage[][], [] as PlacedImage[][]];
    for (const group of groups) (group.some((other) => touches(image, other)) ? touching : apart).push(group);
    groups = [...apart, [...touching.flat(), image]];
  }
  return groups.sort((a, b) => boundsOf(a).y0 - boundsOf(b).y0 || boundsOf(a).x0 - boundsOf(b).x0);
}

function touches(a: Box, b: Box): boolean {
  const isBeside = a.x0 - b.x1 > TOUCHING_PT || b.x0 - a.x1 > TOUCHING_PT;
  return !isBeside && a.y0 - b.y1 <= TOUCHING_PT && b.y0 - a.y1 <= TOUCHING_PT;
}

function isFigure(box: Box, page: number): boolean {
  const [width, height] = [box.x1 - box.x0, box.y1 - box.y0];
  return Math.min(width, height) >= MIN_SIDE_PT && width * height <= MAX_PAGE_SHARE * page;
}

/** Undefined for a picture over the limits, or that mupdf can't draw. */
function tryExtract(
  document: PdfDocument,
  index: number,
  group: readonly PlacedImage[],
  bytesLeft: number,
): ExtractedFigure | undefined {
  const pixels = group.reduce((sum, { image }) => sum + image.getWidth() * image.getHeight(), 0);
  if (pixels > MAX_SOURCE_PIXELS) return undefined;
  try {
    const [only, second] = group;
    const jpeg = only && !second ? readJpeg(document, index, only, MAX_FILE_BYTES) : undefined;
    const bytes = jpeg ?? drawFigure(document.engine, group);
    if (bytes.length > Math.min(MAX_FILE_BYTES, bytesLeft)) return undefined;
    return { ...boundsOf(group), bytes, contentType: jpeg ? 'image/jpeg' : 'image/png' };
  } catch {
    // Counted as left out; the page's text does not depend on it.
    return undefined;
  } finally {
    document.engine.takeLog();
  }
}
