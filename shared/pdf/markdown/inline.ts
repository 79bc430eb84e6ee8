/** Words as inline Markdown: emphasis, code, links, superscripts, with what would be markup escaped. */
import { escapeText as escapeSigns } from '../../markdown/escape.ts';
import { codeSpan } from '../../markdown/inline-markdown.ts';
import { toTarget } from '../../markdown/link-target.ts';
import { type Line, type LinkArea, type Rule, type Shift, shiftOf, type Word } from '../read/words.ts';

export interface InlineContext {
  readonly links: readonly LinkArea[];
  /** Thin lines, which may strike words through. */
  readonly bars: readonly Rule[];
  /** Labels of footnotes whose text is known. */
  readonly notes: ReadonlySet<string>;
  /** Does the document hyphenate at line ends? */
  readonly hyphenates: boolean;
}

export interface InlineOptions {
  /** Headings and head rows are bold as such; a title in a monospaced face is no code. */
  readonly dropBold?: boolean;
  /** A heading that is set in italics as a whole. */
  readonly dropItalic?: boolean;
}

interface Style {
  readonly bold: boolean;
  readonly italic: boolean;
  readonly code: boolean;
  readonly strike: boolean;
  readonly shift: Shift;
  readonly uri: string;
}

interface Piece {
  readonly text: string;
  readonly style: Style;
  /** A space stands before it. */
  readonly spaced: boolean;
}

/** Text of `lines` as one Markdown paragraph. */
export function toInline(
  lines: readonly Line[],
  context: InlineContext,
  options: InlineOptions = {},
): string {
  return render(joinPieces(lines, context, options), context.notes);
}

function joinPieces(lines: readonly Line[], context: InlineContext, options: InlineOptions): Piece[] {
  const pieces: Piece[] = [];
  for (const line of lines) {
    for (const [index, word] of line.words.entries()) {
      const style = styleOf(word, line, context, options);
      const piece = { text: word.text, style, spaced: index === 0 || !word.joined };
      const before = pieces.at(-1);
      if (index === 0 && before) joinLine(pieces, before, piece, context.hyphenates);
      else pieces.push(piece);
    }
  }
  return pieces;
}

const CJK_END = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u30ff]$/;
const CJK_START = /^[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u30ff]/;
const SOFT_HYPHEN = /[\u00ad\u2010]$/;
const HARD_PREFIX =
  /(^|[^\p{L}])(well|self|non|half|cross|all|ex|long|short|high|low|one|two|three|twenty|thirty|re|so)-$/iu;

/** The first piece of a line after the last of the line before: no space in CJK, hyphens resolved. */
function joinLine(pieces: Piece[], before: Piece, piece: Piece, hyphenates: boolean): void {
  if (CJK_END.test(before.text) && CJK_START.test(piece.text)) pieces.push({ ...piece, spaced: false });
  else if (isHyphenated(before.text, piece.text, hyphenates)) {
    pieces[pieces.length - 1] = { ...before, text: before.text.slice(0, -1) };
    pieces.push({ ...piece, spaced: false });
  } else if (/\p{L}-$/u.test(before.text) && /^\p{L}/u.test(piece.text))
    pieces.push({ ...piece, spaced: false });
  else pieces.push(piece);
}

export function isHyphenated(before: string, after: string, hyphenates: boolean): boolean {
  if (SOFT_HYPHEN.test(before)) return true;
  return hyphenates && /\p{L}-$/u.test(before) && /^\p{Ll}/u.test(after) && !HARD_PREFIX.test(before);
}

function styleOf(word: Word, line: Line, context: InlineContext, options: InlineOptions): Style {
  const { face } = word;
  const shift = shiftOf(word, line);
  return {
    bold: face.bold && !options.dropBold && shift === '',
    italic: face.italic && !options.dropItalic && shift === '',
    code: face.mono && !options.dropBold,
    strike: isStruck(word, context.bars),
    shift,
    uri: uriOf(word, context.links),
  };
}

function isStruck(word: Word, bars: readonly Rule[]): boolean {
  for (const bar of bars) if (strikes(bar, word)) return true;
  return false;
}

function strikes(bar: Rule, word: Word): boolean {
  const y = (bar.y0 + bar.y1) / 2;
  const isMiddle = y < word.baseline - 0.15 * word.size && y > word.baseline - 0.45 * word.size;
  return isMiddle && bar.x0 <= word.x0 + 2 && bar.x1 >= word.x1 - 2 && bar.y1 - bar.y0 < 0.15 * word.size;
}

function uriOf(word: Word, links: readonly LinkArea[]): string {
  for (const link of links) if (covers(link, word)) return link.uri;
  return '';
}

function covers(link: LinkArea, word: Word): boolean {
  const x = (word.x0 + word.x1) / 2;
  const y = word.baseline - 0.3 * word.size;
  return link.x0 <= x && x <= link.x1 && link.y0 <= y && y <= link.y1;
}

/** Runs of one style, each wrapped once. */
function render(pieces: readonly Piece[], notes: ReadonlySet<string>): string {
  let text = '';
  for (const run of toRuns(pieces)) {
    const [first] = run;
    if (!first) continue;
    const inner = run.map((piece, at) => (at > 0 && piece.spaced ? ' ' : '') + piece.text).join('');
    const isNote = isNoteReference(text, inner, first.style, notes);
    if (isNote) text += `[^${inner}]`;
    else text += (first.spaced && text !== '' ? ' ' : '') + wrap(inner, first.style);
  }
  return text;
}

function toRuns(pieces: readonly Piece[]): Piece[][] {
  const runs: Piece[][] = [];
  for (const piece of pieces) {
    const run = runs.at(-1);
    if (run && isSameStyle(piece.style, run[0]?.style)) run.push(piece);
    else runs.push([piece]);
  }
  return runs;
}

function isSameStyle(a: Style, b: Style | undefined): boolean {
  return (
    b !== undefined &&
    a.bold === b.bold &&
    a.italic === b.italic &&
    a.code === b.code &&
    a.strike === b.strike &&
    a.shift === b.shift &&
    a.uri === b.uri
  );
}

function wrap(inner: string, style: Style): string {
  let text = style.code ? codeSpan(inner) : escapeText(inner);
  if (style.shift) text = `<${style.shift}>${text}</${style.shift}>`;
  else if (!style.code && /[\p{L}\p{N}]/u.test(inner)) text = emphasise(text, style);
  if (style.strike) text = `~~${text}~~`;
  const target = style.uri.startsWith('#') ? '' : toTarget(style.uri);
  return target === '' ? text : `[${text}](${target})`;
}

function emphasise(text: string, { bold, italic }: Style): string {
  const mark = (bold ? '**' : '') + (italic ? '*' : '');
  return `${mark}${text}${mark}`;
}

/** A raised number after a word or a stop whose note is known; after a single letter it is an exponent. */
function isNoteReference(before: string, inner: string, style: Style, notes: ReadonlySet<string>): boolean {
  return style.shift === 'sup' && notes.has(inner) && /(\p{L}{2}|[.,;:!?)”"’»])(\*|_)*$/u.test(before);
}

/** The dots between a title and its page number. */
const LEADER = / ?(?:\. ?){5,}/g;

/** Text as Markdown, its leaders shortened. */
function escapeText(text: string): string {
  return escapeSigns(text).replace(LEADER, ' … ').replace(/^ … /, '… ');
}
