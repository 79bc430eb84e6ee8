/** The glyphs of one line after another, in objects that are used again: of all that a page allocated, they were a third. */
import type { Glyph } from './line-builder.ts';
import type { Face } from './words.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const NO_FACE: Face = { name: '', bold: false, italic: false, mono: false };

export class GlyphRow {
  readonly #objects: Writable<Glyph>[] = [];
  readonly #glyphs: Glyph[] = [];

  /** Good until the next `clear`. */
  get glyphs(): readonly Glyph[] {
    return this.#glyphs;
  }

  clear(): void {
    this.#glyphs.length = 0;
  }

  /** One more glyph, to be filled in by the caller: it still says what an earlier one said. */
  add(): Writable<Glyph> {
    const index = this.#glyphs.length;
    const glyph = this.#objects[index] ?? newGlyph();
    this.#objects[index] = glyph;
    this.#glyphs.push(glyph);
    return glyph;
  }
}

/** Fractions, so that V8 gives each field a number of its own to write to from the start. */
function newGlyph(): Writable<Glyph> {
  return { code: 0, x0: 0.5, y0: 0.5, x1: 0.5, y1: 0.5, baseline: 0.5, size: 0.5, face: NO_FACE, color: 0 };
}
