/** Puts glyphs together to words, and words to lines. */
import { inLogicalOrder } from './bidi.ts';
import { resolveSmallCaps } from './small-caps.ts';
import { type Face, type Line, toLine, type Word } from './words.ts';

export interface Glyph {
  readonly code: number;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly baseline: number;
  readonly size: number;
  readonly face: Face;
  readonly color: number;
}

/** A gap wider than this many font sizes ends a line: it is a column's or a table cell's. */
const CELL_GAP_EM = 1.6;

/** Sizes within this of each other are one size (producers round transforms differently). */
const SIZE_STEP_PT = 0.1;

const SPACES = new Set([0x20, 0xa0, 0x09, 0x2002, 0x2003, 0x2009, 0x200b, 0x202f, 0x3000, 0xfeff]);

export function isSpace(code: number): boolean {
  return SPACES.has(code);
}

interface OpenWord {
  text: string;
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  readonly first: Glyph;
  readonly joined: boolean;
}

/** Words of one line of structured text, from its glyphs (spaces among them), ended at wide gaps. */
export function buildLines(glyphs: readonly Glyph[], nextOrder: () => number): Line[] {
  const words: Word[] = [];
  let open: OpenWord | undefined;
  let spaced = true;
  const close = (): void => {
    if (open) words.push(toWord(open, nextOrder()));
    open = undefined;
  };
  for (const glyph of inLogicalOrder(glyphs)) {
    if (isSpace(glyph.code)) {
      spaced = true;
      continue;
    }
    if (open && !spaced && continues(open, glyph)) extend(open, glyph);
    else {
      close();
      const { x0, y0, x1, y1 } = glyph;
      open = { text: String.fromCodePoint(glyph.code), x0, y0, x1, y1, first: glyph, joined: !spaced };
    }
    spaced = false;
  }
  close();
  return splitAtGaps(resolveSmallCaps(words));
}

function continues(word: OpenWord, glyph: Glyph): boolean {
  const { first } = word;
  return (
    first.face === glyph.face &&
    first.color === glyph.color &&
    Math.abs(first.size - glyph.size) < SIZE_STEP_PT &&
    Math.abs(first.baseline - glyph.baseline) < glyph.size * 0.1
  );
}

function extend(word: OpenWord, glyph: Glyph): void {
  word.text += String.fromCodePoint(glyph.code);
  word.x0 = Math.min(word.x0, glyph.x0);
  word.y0 = Math.min(word.y0, glyph.y0);
  word.x1 = Math.max(word.x1, glyph.x1);
  word.y1 = Math.max(word.y1, glyph.y1);
}

function toWord(word: OpenWord, order: number): Word {
  const { text, x0, y0, x1, y1, first, joined } = word;
  const size = Math.round(first.size / SIZE_STEP_PT) * SIZE_STEP_PT;
  const { baseline, face, color } = first;
  return { text, x0, y0, x1, y1, baseline, size, face, color, joined, order };
}

function splitAtGaps(words: readonly Word[]): Line[] {
  const lines: Line[] = [];
  let open: Word[] = [];
  for (const word of words) {
    const last = open.at(-1);
    if (last && gapBetween(last, word) > CELL_GAP_EM * word.size) {
      lines.push(toLine(open));
      open = [];
    }
    open.push(word);
  }
  if (open.length > 0) lines.push(toLine(open));
  return lines;
}

function gapBetween(a: Word, b: Word): number {
  return Math.max(b.x0 - a.x1, a.x0 - b.x1);
}
