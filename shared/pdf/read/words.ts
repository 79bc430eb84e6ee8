/** What a page shows, as the reader hands it to the layout: plain objects, points, y downwards. */

export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface Face {
  readonly name: string;
  readonly bold: boolean;
  readonly italic: boolean;
  readonly mono: boolean;
}

/** Glyphs of one face and size without a space between them. */
export interface Word extends Box {
  readonly text: string;
  readonly baseline: number;
  /** Font size in points. */
  readonly size: number;
  readonly face: Face;
  /** 0xRRGGBB, or `NO_INK`. */
  readonly color: number;
  /** No space stands before it: it goes on from the word before, in another style. */
  readonly joined: boolean;
  /** Its place among the words as the page writes them. */
  readonly order: number;
  /** Printed in small capitals; `text` is as it was typed. */
  readonly smallCaps?: boolean;
}

/** The colour of text that is drawn without any (text rendering mode 3). */
export const NO_INK = -1;

/** Words on one baseline, left to right, with no wide gap between them. */
export interface Line extends Box {
  readonly words: readonly Word[];
  readonly baseline: number;
  /** The size and face of most of its characters. */
  readonly size: number;
  readonly face: Face;
}

/** A ruling line, a bar or a filled rectangle. */
export interface Rule extends Box {
  readonly color: number;
  readonly stroked: boolean;
}

export interface LinkArea extends Box {
  readonly uri: string;
}

/** What runs in one direction, in coordinates in which it is level. */
export interface Region {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly Line[];
  readonly rules: readonly Rule[];
  readonly images: readonly Box[];
  readonly links: readonly LinkArea[];
}

/** Lines that run up, down or across the page (a stamp in the margin, a turned table, vertical writing). */
export interface TurnedRegion extends Region {
  readonly degrees: number;
  /** Its lines' place on the page. */
  readonly place: Box;
}

/** A page: what is level on it, and what is not. */
export interface PageContent extends Region {
  readonly turned: readonly TurnedRegion[];
  /** Text of the file that the page does not show, and that is in none of its lines. */
  readonly unseen?: Unseen;
  /** Of the page's own content, as far as it lies on the page; without spaces. */
  readonly chars?: number;
}

/** Characters without spaces. */
export interface Unseen {
  /** White on white, without ink, or too small to be read. */
  readonly hidden?: number;
  /** Beyond the edge of the page, or of the area that is drawn in. */
  readonly offPage?: number;
}

/** Everything that a page says: first what is level. */
export function regionsOf(content: PageContent): readonly (Region & { readonly degrees?: number })[] {
  return [content, ...content.turned];
}

/** The smallest box around all of `boxes`; of none, an empty one at the origin. */
export function boundsOf(boxes: readonly Box[]): Box {
  const first = boxes[0];
  if (!first) return { x0: 0, y0: 0, x1: 0, y1: 0 };
  let { x0, y0, x1, y1 } = first;
  for (const box of boxes) {
    x0 = Math.min(x0, box.x0);
    y0 = Math.min(y0, box.y0);
    x1 = Math.max(x1, box.x1);
    y1 = Math.max(y1, box.y1);
  }
  return { x0, y0, x1, y1 };
}

/** A line of `words` (at least one). The style of most characters is the line's. */
export function toLine(words: readonly Word[]): Line {
  const main = mainWord(words);
  return { ...boundsOf(words), words, baseline: main.baseline, size: main.size, face: main.face };
}

function mainWord(words: readonly Word[]): Word {
  const [first] = words;
  if (!first) throw new RangeError('a line needs at least one word');
  return words.every(({ face, size }) => face === first.face && size === first.size)
    ? first
    : heaviest(words);
}

/** The first word of the style that most characters have. */
function heaviest(words: readonly Word[]): Word {
  const weights = new Map<string, { word: Word; weight: number }>();
  for (const word of words) {
    const key = `${word.face.name}/${word.size}`;
    const known = weights.get(key);
    if (known) known.weight += word.text.length;
    else weights.set(key, { word, weight: word.text.length });
  }
  return [...weights.values()].reduce((best, entry) => (entry.weight > best.weight ? entry : best)).word;
}

/** The words of a line as plain text. */
export function lineText(line: { readonly words: readonly Word[] }): string {
  let text = '';
  for (const word of line.words) text += (text === '' || word.joined ? '' : ' ') + word.text;
  return text;
}

/** Raised, lowered, or on the baseline. */
export type Shift = 'sup' | 'sub' | '';

const SMALLER = 0.87;
const RAISED_EM = 0.14;
const LOWERED_EM = 0.06;

/** Sizes and baselines of recognised words vary too much to tell. */
export const OCR_FACE = 'OCR';

export function shiftOf(word: Word, line: Line): Shift {
  if (word.face.name === OCR_FACE) return '';
  if (word.size > line.size * SMALLER) return '';
  if (line.baseline - word.baseline > RAISED_EM * line.size) return 'sup';
  return word.baseline - line.baseline > LOWERED_EM * line.size ? 'sub' : '';
}
