/**
 * Right-to-left text in logical order. Producers write it in either order and mupdf turns part of it; the places of the
 * glyphs say it surely: a line that is mostly right-to-left is read from the right, but for numbers and Latin words in it.
 */

interface Placed {
  readonly x0: number;
  readonly x1: number;
}

const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const LTR = /[\p{L}\p{N}]/u;
/** Between two digits or Latin letters these belong to the number or the words. */
const BETWEEN = /[.,:/\-_@%+ ]/;

const NO_WIDTH_PT = 0.05;
const LAM = 0x644;
const ALEFS = new Set([0x622, 0x623, 0x625, 0x627]);

export function isRightToLeft(text: string): boolean {
  if (!RTL.test(text)) return false;
  let balance = 0;
  for (const char of text) {
    if (RTL.test(char)) balance += 1;
    else if (LTR.test(char) && !/\p{N}/u.test(char)) balance -= 1;
  }
  return balance > 0;
}

/** Glyphs of one line as they are read. Left-to-right lines stay as they are. */
export function inLogicalOrder<T extends Placed & { readonly code: number }>(
  glyphs: readonly T[],
): readonly T[] {
  if (!glyphs.some(({ code }) => code >= 0x590 && code <= 0xfefc && RTL.test(String.fromCodePoint(code))))
    return glyphs;
  if (!isRightToLeft(fromCodePoints(glyphs.map(({ code }) => code)))) return glyphs;
  return fromTheRight(mendLigatures(glyphs), ({ code }) => String.fromCodePoint(code));
}

/** Sorts from right to left, then turns the runs that are read from the left. */
export function fromTheRight<T extends Placed>(items: readonly T[], text: (item: T) => string): T[] {
  const sorted = [...items].sort((a, b) => b.x0 + b.x1 - a.x0 - a.x1);
  const result: T[] = [];
  let run: T[] = [];
  const flush = (): void => {
    let end = run.length;
    while (end > 0 && !isLeftToRight(text(run[end - 1] as T))) end -= 1;
    result.push(...run.slice(0, end).reverse(), ...run.slice(end));
    run = [];
  };
  for (const item of sorted) {
    const value = text(item);
    if (isLeftToRight(value) || (run.length > 0 && BETWEEN.test(value) && !RTL.test(value))) run.push(item);
    else {
      flush();
      result.push(item);
    }
  }
  flush();
  return result;
}

function isLeftToRight(text: string): boolean {
  return LTR.test(text) && !RTL.test(text);
}

/**
 * A lam-alef ligature comes as two glyphs, one without width, in either order: both get the ligature's place, lam first.
 * mupdf writes the one without width before the other; `لال` can be read only so.
 */
function mendLigatures<T extends Placed & { readonly code: number }>(glyphs: readonly T[]): T[] {
  const result = [...glyphs];
  for (const [index, glyph] of glyphs.entries()) {
    if (glyph.x1 - glyph.x0 > NO_WIDTH_PT) continue;
    const partner = [index + 1, index - 1].find((at) => isLamAlef(glyph.code, glyphs[at]?.code));
    const wide = partner === undefined ? undefined : glyphs[partner];
    if (partner === undefined || !wide) continue;
    const { x0, x1 } = wide;
    const [lam, alef] = glyph.code === LAM ? [glyph, wide] : [wide, glyph];
    result[Math.min(index, partner)] = { ...lam, x0, x1 };
    result[Math.max(index, partner)] = { ...alef, x0, x1 };
  }
  return result;
}

/** A call takes only so many arguments, and a hostile line has more glyphs. */
const MAX_ARGUMENTS = 10_000;

function fromCodePoints(codes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < codes.length; at += MAX_ARGUMENTS)
    text += String.fromCodePoint(...codes.slice(at, at + MAX_ARGUMENTS));
  return text;
}

function isLamAlef(a: number, b: number | undefined): boolean {
  return b !== undefined && ((a === LAM && ALEFS.has(b)) || (b === LAM && ALEFS.has(a)));
}
