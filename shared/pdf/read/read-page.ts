/** Reads what a page shows through mupdf's structured text. Every WASM object is destroyed before it returns. */
import type { Page, StructuredText } from 'mupdf';
import type { PdfDocument } from '../document.ts';
import type { Engine, WasmHandle } from '../engine.ts';
import { readAnnotations } from './annotations.ts';
import { readFields } from './form-fields.ts';
import { GlyphRow } from './glyph-row.ts';
import { buildLines, isSpace } from './line-builder.ts';
import { joinStacked } from './stacked-glyphs.ts';
import { boxAround, degreesOf, type Frame, isAskew, toFrame } from './turned-frame.ts';
import { UnseenWords } from './unseen.ts';
import {
  type Box,
  boundsOf,
  type Face,
  type Line,
  type LinkArea,
  NO_INK,
  OCR_FACE,
  type PageContent,
  type Region,
  type Rule,
  type TurnedRegion,
} from './words.ts';

const STEXT_OPTIONS = 'preserve-images,vectors';

/** A hostile page can hold millions of glyphs or strokes; what is over the limit fails the page. */
const MAX_GLYPHS = 400_000;
/** A hundred dense pages; the layout hands the words of a line to functions as arguments, of which V8 takes 100,000. */
const MAX_WORDS = 60_000;
const MAX_RULES = 20_000;

const TEXT_BLOCK = 0;
const IMAGE_BLOCK = 1;
const VECTOR_BLOCK = 3;

/** Reads what page `index` (from 0) shows. Throws what mupdf throws, and RangeError for a page over the named limits. */
export function readPage(document: PdfDocument, index: number): PageContent {
  document.engine.takeLog();
  const { level, turned, chars } = readAll(document, index);
  const lost = document.engine.takeLog().find((line) => /insufficient memory|malloc/i.test(line));
  if (lost) throw new RangeError(lost);
  const unseen = new UnseenWords(document, index, level);
  try {
    const lines = unseen.leaveOut({ lines: level.lines, toPage: (box) => box });
    const regions = turned
      .map(({ frame, lines: all }) => ({ frame, lines: unseen.leaveOut({ lines: all, ...frame }) }))
      .filter((region) => region.lines.length > 0)
      .map((region) => toRegion(region, level));
    return { ...level, lines, turned: regions, unseen: unseen.counts, chars };
  } finally {
    unseen.close();
  }
}

interface AllText {
  readonly level: Region;
  readonly turned: readonly TurnedLines[];
  readonly chars: number;
}

function readAll(document: PdfDocument, index: number): AllText {
  const page = document.handle.loadPage(index);
  try {
    const text = page.toStructuredText(STEXT_OPTIONS);
    try {
      return readContent(document.engine, page, text);
    } finally {
      text.destroy();
    }
  } finally {
    page.destroy();
    document.engine.trim();
  }
}

function readContent(engine: Engine, page: Page, text: StructuredText): AllText {
  const [x0, y0, x1, y1] = page.getBounds();
  const reader = new BlockReader(engine.wasm, { x0, y0, x1, y1 });
  reader.readBlocks(Number(text.pointer));
  const { chars } = reader;
  readAnnotations(page, (annotation) => reader.readBlocks(annotation));
  const lines = [...reader.lines, ...readFields(page, x0, y0, () => reader.nextOrder())];
  const { rules, images, turned } = reader;
  const level = { width: x1 - x0, height: y1 - y0, lines, rules, images, links: readLinks(page, x0, y0) };
  return { level, turned, chars };
}

function readLinks(page: Page, left: number, top: number): LinkArea[] {
  return page.getLinks().map((link) => {
    try {
      const [x0, y0, x1, y1] = link.getBounds();
      return { x0: x0 - left, y0: y0 - top, x1: x1 - left, y1: y1 - top, uri: link.getURI() };
    } finally {
      link.destroy();
    }
  });
}

/** Lines of one direction, in a frame in which they are level. */
interface TurnedLines {
  readonly frame: Frame;
  readonly lines: Line[];
}

type PlacedGlyph = ReturnType<GlyphRow['add']>;

/** What was drawn on the page lies under its turned lines too: a turned table has its rules. */
function toRegion({ frame, lines }: TurnedLines, level: Region): TurnedRegion {
  const turn = <T extends Box>(box: T): T => ({ ...box, ...boxAround(box, frame.toFrame) });
  const { degrees, width, height } = frame;
  const isSquare = !isAskew(frame);
  return {
    degrees,
    width,
    height,
    lines: joinStacked(lines),
    rules: isSquare ? level.rules.map(turn) : [],
    images: isSquare ? level.images.map(turn) : [],
    links: level.links.map(turn),
    place: frame.toPage(boundsOf(lines)),
  };
}

/** Drawn without ink, text has an alpha of 0. */
function inkOf(argb: number): number {
  return argb >>> 24 === 0 ? NO_INK : argb & 0xffffff;
}

/** State of one page's walk: the faces seen so far and what was read. */
class BlockReader {
  readonly lines: Line[] = [];
  /** Without spaces. */
  chars = 0;
  readonly #turned = new Map<number, TurnedLines>();
  readonly rules: Rule[] = [];
  readonly images: Box[] = [];
  readonly #wasm: WasmHandle;
  readonly #left: number;
  readonly #top: number;
  readonly #page: { readonly width: number; readonly height: number };
  readonly #faces = new Map<number, Face>();
  readonly #row = new GlyphRow();
  #glyphs = 0;
  #words = 0;

  constructor(wasm: WasmHandle, page: Box) {
    this.#wasm = wasm;
    this.#left = page.x0;
    this.#top = page.y0;
    this.#page = { width: page.x1 - page.x0, height: page.y1 - page.y0 };
  }

  get turned(): readonly TurnedLines[] {
    return [...this.#turned.values()];
  }

  /** The next word's place in the page's order. */
  nextOrder(): number {
    this.#words += 1;
    if (this.#words > MAX_WORDS) throw new RangeError(`the page has over ${MAX_WORDS} words`);
    return this.#words;
  }

  readBlocks(stextPage: number): void {
    const wasm = this.#wasm;
    let block = wasm._wasm_stext_page_get_first_block(stextPage);
    while (block) {
      const type = wasm._wasm_stext_block_get_type(block);
      if (type === TEXT_BLOCK) this.#readLines(block);
      else if (type === IMAGE_BLOCK) this.images.push(this.#box(wasm._wasm_stext_block_get_bbox(block)));
      else if (type === VECTOR_BLOCK) this.#readRule(block);
      block = wasm._wasm_stext_block_get_next(block);
    }
  }

  #readRule(block: number): void {
    if (this.rules.length >= MAX_RULES) return;
    const wasm = this.#wasm;
    this.rules.push({
      ...this.#box(wasm._wasm_stext_block_get_bbox(block)),
      color: wasm._wasm_stext_block_get_v_argb(block) & 0xffffff,
      stroked: (wasm._wasm_stext_block_get_v_flags(block) & 1) !== 0,
    });
  }

  #readLines(block: number): void {
    const wasm = this.#wasm;
    let line = wasm._wasm_stext_block_get_first_line(block);
    while (line) {
      const direction = wasm._wasm_stext_line_get_dir(line) >> 2;
      const degrees = degreesOf(wasm.HEAPF32[direction] ?? 1, wasm.HEAPF32[direction + 1] ?? 0);
      if (degrees === 0) this.#readLine(line, this.lines);
      else {
        const { lines, frame } = this.#turnedBy(degrees);
        this.#readLine(line, lines, frame);
      }
      line = wasm._wasm_stext_line_get_next(line);
    }
  }

  #turnedBy(degrees: number): TurnedLines {
    const turned = this.#turned.get(degrees) ?? { frame: toFrame(degrees, this.#page), lines: [] };
    this.#turned.set(degrees, turned);
    return turned;
  }

  #readLine(line: number, target: Line[], frame?: Frame): void {
    const wasm = this.#wasm;
    this.#row.clear();
    let char = wasm._wasm_stext_line_get_first_char(line);
    while (char) {
      this.#glyphs += 1;
      if (this.#glyphs > MAX_GLYPHS) throw new RangeError(`the page has over ${MAX_GLYPHS} glyphs`);
      this.#readGlyph(char, frame);
      char = wasm._wasm_stext_char_get_next(char);
    }
    this.chars += this.#row.glyphs.reduce((count, { code }) => count + (isSpace(code) ? 0 : 1), 0);
    target.push(...buildLines(this.#row.glyphs, () => this.nextOrder()));
  }

  #readGlyph(char: number, frame?: Frame): void {
    const wasm = this.#wasm;
    const glyph = this.#row.add();
    glyph.code = wasm._wasm_stext_char_get_c(char);
    glyph.size = wasm._wasm_stext_char_get_size(char);
    glyph.face = this.#face(wasm._wasm_stext_char_get_font(char));
    glyph.color = inkOf(wasm._wasm_stext_char_get_argb(char));
    const { HEAPF32 } = wasm;
    const quad = wasm._wasm_stext_char_get_quad(char) >> 2;
    const origin = wasm._wasm_stext_char_get_origin(char) >> 2;
    if (frame) {
      this.#placeTurned(glyph, frame, quad, origin);
      return;
    }
    glyph.x0 = Math.min(HEAPF32[quad] ?? 0, HEAPF32[quad + 4] ?? 0) - this.#left;
    glyph.y0 = Math.min(HEAPF32[quad + 1] ?? 0, HEAPF32[quad + 3] ?? 0) - this.#top;
    glyph.x1 = Math.max(HEAPF32[quad + 2] ?? 0, HEAPF32[quad + 6] ?? 0) - this.#left;
    glyph.y1 = Math.max(HEAPF32[quad + 5] ?? 0, HEAPF32[quad + 7] ?? 0) - this.#top;
    glyph.baseline = (HEAPF32[origin + 1] ?? 0) - this.#top;
  }

  /** The box of the quad's four corners, and the baseline, in `frame`. */
  #placeTurned(glyph: PlacedGlyph, frame: Frame, quad: number, origin: number): void {
    const at = (offset: number): readonly [number, number] =>
      frame.toFrame(
        (this.#wasm.HEAPF32[offset] ?? 0) - this.#left,
        (this.#wasm.HEAPF32[offset + 1] ?? 0) - this.#top,
      );
    const corners = [at(quad), at(quad + 2), at(quad + 4), at(quad + 6)];
    const xs = corners.map(([x]) => x);
    const ys = corners.map(([, y]) => y);
    glyph.x0 = Math.min(...xs);
    glyph.y0 = Math.min(...ys);
    glyph.x1 = Math.max(...xs);
    glyph.y1 = Math.max(...ys);
    glyph.baseline = at(origin)[1];
  }

  #face(font: number): Face {
    let face = this.#faces.get(font);
    if (!face) {
      face = readFace(this.#wasm, font);
      this.#faces.set(font, face);
    }
    return face;
  }

  #box(pointer: number): Box {
    const { HEAPF32 } = this.#wasm;
    const at = (offset: number): number => HEAPF32[(pointer >> 2) + offset] ?? 0;
    return { x0: at(0) - this.#left, y0: at(1) - this.#top, x1: at(2) - this.#left, y1: at(3) - this.#top };
  }
}

/** The invisible text that Tesseract (so OCRmyPDF) and Acrobat lay over a scan: all its letters are as wide as high. */
const OCR_LAYER = /^(GlyphLessFont|HiddenHorzOCR)/i;

function readFace(wasm: WasmHandle, font: number): Face {
  const name = wasm.UTF8ToString(wasm._wasm_font_get_name(font)).replace(/^[A-Z]{6}\+/, '');
  if (OCR_LAYER.test(name)) return { name: OCR_FACE, bold: false, italic: false, mono: false };
  return {
    name,
    bold:
      wasm._wasm_font_is_bold(font) !== 0 || /bold|black|heavy|semibold|demi|-medi\b|CMBX|SFBX/i.test(name),
    italic: wasm._wasm_font_is_italic(font) !== 0 || /italic|oblique|slanted|CMTI|CMSL|SFTI/i.test(name),
    mono:
      wasm._wasm_font_is_monospaced(font) !== 0 ||
      /mono(?!type)|courier|consolas|menlo|CMTT|SFTT|typewriter/i.test(name),
  };
}
