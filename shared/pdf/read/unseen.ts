/**
 * Text that the page does not show: white on white, drawn without ink, smaller than print. Whoever hides a text wants only
 * machines to read it.
 */
import type { PdfDocument } from '../document.ts';
import { type GrayPage, POINTS_PER_INCH, releasePicture, renderGray } from '../render-page.ts';
import { type Box, type Line, NO_INK, type Region, toLine, type Unseen, type Word } from './words.ts';

/** Letters of microprinting have about this size in points; nobody reads them. */
const MIN_SIZE_PT = 1;
/** A colour with no channel below this is as good as white. */
const NEAR_WHITE = 0xf0;
/** Gray levels (of 255) that tell ink from its ground: far less than any print, more than a picture's compression adds. */
const MIN_CONTRAST = 8;
/** Of a word's size, above its baseline: lines above and below don't reach into it. */
const X_HEIGHT_EM = 0.6;

/** Lines of one direction, and their words' places on the page. */
export interface PlacedLines {
  readonly lines: readonly Line[];
  toPage(box: Box): Box;
}

/** Tells the words that page `index` (from 0) shows from those that it doesn't; the page is drawn if there is no other way. */
export class UnseenWords {
  readonly #document: PdfDocument;
  readonly #index: number;
  readonly #page: Region;
  #picture: GrayPage | undefined;
  #hidden = 0;

  constructor(document: PdfDocument, index: number, page: Region) {
    this.#document = document;
    this.#index = index;
    this.#page = page;
  }

  /** Characters that were left out so far. */
  get counts(): Unseen {
    return this.#hidden > 0 ? { hidden: this.#hidden } : {};
  }

  /** The lines without words that can't be seen. */
  leaveOut({ lines, toPage }: PlacedLines): Line[] {
    return lines.flatMap((line) => {
      const words = line.words.filter((word) => this.#keeps(word, toPage));
      if (words.length === line.words.length) return [line];
      return words.length > 0 ? [toLine(words)] : [];
    });
  }

  /** Gives the picture's memory back. */
  close(): void {
    if (this.#picture) releasePicture(this.#picture.pixels);
  }

  #keeps(word: Word, toPage: (box: Box) => Box): boolean {
    if (!this.#isHidden(word, toPage)) return true;
    this.#hidden += word.text.length;
    return false;
  }

  #isHidden(word: Word, toPage: (box: Box) => Box): boolean {
    if (word.size < MIN_SIZE_PT) return true;
    if (word.color !== NO_INK && !isNearWhite(word.color)) return false;
    const core = toPage({ ...word, y0: word.baseline - X_HEIGHT_EM * word.size, y1: word.baseline });
    // recognised text lies without ink over the picture of a scan, which takes long to draw
    if (word.color === NO_INK && this.#page.images.some((image) => holds(image, core))) return false;
    return isPlain(this.#draw(), core);
  }

  #draw(): GrayPage {
    this.#picture ??= renderGray(this.#document, this.#index, { dpi: POINTS_PER_INCH });
    return this.#picture;
  }
}

function isNearWhite(color: number): boolean {
  return [color >> 16, (color >> 8) & 0xff, color & 0xff].every((channel) => channel >= NEAR_WHITE);
}

function holds(box: Box, { x0, y0, x1, y1 }: Box): boolean {
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return x > box.x0 && x < box.x1 && y > box.y0 && y < box.y1;
}

/** Is the picture of one gray there? */
function isPlain({ pixels, width, height, scale }: GrayPage, { x0, y0, x1, y1 }: Box): boolean {
  let [least, most] = [255, 0];
  for (let y = Math.max(0, Math.floor(y0 * scale)); y < Math.min(height, y1 * scale); y += 1) {
    for (let x = Math.max(0, Math.floor(x0 * scale)); x < Math.min(width, x1 * scale); x += 1) {
      const gray = pixels[y * width + x] ?? 0;
      least = Math.min(least, gray);
      most = Math.max(most, gray);
    }
  }
  return most - least < MIN_CONTRAST;
}
