/** The document's own JPEG of an image, where its bytes alone look as the page shows it. */
import type { PDFObject } from 'mupdf';
import type { PdfDocument } from '../document.ts';
import type { PlacedImage } from './placed-image.ts';

/** Forms within forms. */
const MAX_DEPTH = 4;
/** A page's resources can name every image of the document. */
const MAX_OBJECTS = 2_000;

/** Undefined for an image with a mask, in CMYK, turned, in another format, larger than `maxBytes`, or not to be told from another. */
export function readJpeg(
  document: PdfDocument,
  index: number,
  { image, matrix: [a, b, c, d] }: PlacedImage,
  maxBytes: number,
): Uint8Array | undefined {
  const isUpright = a > 0 && d > 0 && Math.abs(b) < 0.01 * a && Math.abs(c) < 0.01 * d;
  if (!isUpright) return undefined;
  const search: Search = {
    width: image.getWidth(),
    height: image.getHeight(),
    maxBytes,
    left: MAX_OBJECTS,
    found: [],
  };
  const page = document.handle.asPDF()?.findPage(index);
  if (!page) return undefined;
  using(page.getInheritable('Resources'), (resources) => searchIn(resources, search, MAX_DEPTH));
  page.destroy();
  const [only, other] = search.found;
  return other === undefined ? only?.jpeg : undefined;
}

interface Search {
  readonly width: number;
  readonly height: number;
  readonly maxBytes: number;
  left: number;
  /** Images of that size; the JPEG of those which are plain ones. */
  readonly found: { readonly jpeg: Uint8Array | undefined }[];
}

function searchIn(resources: PDFObject, search: Search, depth: number): void {
  using(resources.get('XObject'), (objects) => {
    if (!objects.isDictionary()) return;
    objects.forEach((object) => {
      using(object, () => {
        search.left -= 1;
        if (search.left < 0 || search.found.length > 1) return;
        searchObject(object, search, depth);
      });
    });
  });
}

function searchObject(object: PDFObject, search: Search, depth: number): void {
  const type = nameOf(object, 'Subtype');
  if (type === 'Form' && depth > 0) {
    using(object.get('Resources'), (inner) => inner.isDictionary() && searchIn(inner, search, depth - 1));
  }
  if (type !== 'Image' || numberOf(object, 'Width') !== search.width) return;
  if (numberOf(object, 'Height') !== search.height) return;
  search.found.push({ jpeg: isPlainJpeg(object, search.maxBytes) ? rawBytes(object) : undefined });
}

function isPlainJpeg(object: PDFObject, maxBytes: number): boolean {
  if (nameOf(object, 'Filter') !== 'DCTDecode' || !isPlainColor(object)) return false;
  if (numberOf(object, 'Length') > maxBytes) return false;
  return ['SMask', 'Mask', 'Decode'].every((key) => using(object.get(key), (value) => value.isNull()));
}

/** Gray or RGB, as any viewer of JPEGs takes it. */
function isPlainColor(object: PDFObject): boolean {
  const space = nameOf(object, 'ColorSpace');
  if (space === 'DeviceRGB' || space === 'DeviceGray') return true;
  if (space !== 'ICCBased') return false;
  const components = using(object.get('ColorSpace', 1, 'N'), (value) =>
    value.isNumber() ? value.asNumber() : 0,
  );
  return components === 1 || components === 3;
}

function rawBytes(object: PDFObject): Uint8Array | undefined {
  const buffer = object.readRawStream();
  try {
    const bytes = buffer.asUint8Array().slice();
    return bytes[0] === 0xff && bytes[1] === 0xd8 ? bytes : undefined;
  } finally {
    buffer.destroy();
  }
}

/** A name, or the one name (of a filter) or the first (of a colour space) in an array. */
function nameOf(object: PDFObject, key: string): string | undefined {
  return using(object.get(key), (value) => {
    if (value.isName()) return value.asName();
    if (!value.isArray() || (key === 'Filter' && value.length !== 1)) return undefined;
    return using(value.get(0), (first) => (first.isName() ? first.asName() : undefined));
  });
}

function numberOf(object: PDFObject, key: string): number {
  return using(object.get(key), (value) => (value.isNumber() ? value.asNumber() : 0));
}

function using<T>(object: PDFObject, use: (object: PDFObject) => T): T {
  try {
    return use(object);
  } finally {
    object.destroy();
  }
}
