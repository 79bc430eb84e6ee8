import type { Inline, Style } from '../../markdown/inline.ts';
import { withFormulas } from '../maths/in-text.ts';

/** Blanks of HTML are one; the one that does not break is a sign of the text. */
const BLANKS = /[ \t\n\f\r]+/g;

/** Of one paragraph: a page may be a single one of 100,000 line breaks, or of all its text. */
const MAX_PIECES = 10_000;
const MAX_CHARS = 512 * 1024;

/** Gathers what stands in one paragraph. */
export class InlineContent {
  #pieces: Inline[] = [];
  /** Text in one style that is not a piece yet: formulas may go over its parts. */
  #parts: string[] = [];
  #style: Style = {};
  #chars = 0;

  /** Counts what is more than a blank, to see whether something was added. */
  #added = 0;

  get added(): number {
    return this.#added;
  }

  /** Is it more than a paragraph should hold? Cut where a word ends, unless none does. */
  get isLong(): boolean {
    if (this.#pieces.length + this.#parts.length > MAX_PIECES) return true;
    return this.#chars > MAX_CHARS && (this.#parts.at(-1)?.endsWith(' ') || this.#chars > 2 * MAX_CHARS);
  }

  text(text: string, style: Style): void {
    if (style !== this.#style) this.#endRun();
    this.#style = style;
    const words = text.replace(BLANKS, ' ');
    if (words !== ' ') this.#added += 1;
    this.#chars += words.length;
    this.#parts.push(words);
  }

  /** A line feed is a line break to the writer. */
  lineBreak(style: Style): void {
    if (style !== this.#style) this.#endRun();
    this.#style = style;
    this.#parts.push('\n');
  }

  add(piece: Inline): void {
    this.#endRun();
    this.#added += 1;
    this.#pieces.push(piece);
  }

  take(): Inline[] {
    this.#endRun();
    const taken = this.#pieces;
    this.#pieces = [];
    this.#chars = 0;
    return taken;
  }

  #endRun(): void {
    if (this.#parts.length === 0) return;
    const text = this.#parts.join('');
    this.#parts = [];
    if (this.#style.code) this.#pieces.push({ ...this.#style, type: 'text', text });
    else for (const piece of withFormulas(text, this.#style)) this.#pieces.push(piece);
  }
}
