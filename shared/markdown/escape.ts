/**
 * The table of escapes: every sign that CommonMark, GitHub's tables, strike-through, footnotes or mathematics would take for markup, and
 * where it would. Each pattern is linear.
 */
const SIGNS = new RegExp(
  [
    // a backslash before punctuation, or before what comes after this text
    String.raw`\\(?=[!-/:-@[-\x60{-~]|$)`,
    String.raw`[\x60*]`,
    // within a word it emphasises nothing
    String.raw`(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])`,
    // the end of a link's or a definition's text; the start of a footnote's mark
    String.raw`\](?=[(:[])|\[(?=\^)`,
    // GitHub strikes through by one tilde, too; `~5` and `/~user` can't end such a range
    String.raw`~(?=~)|(?<=[^\s/])~`,
    // where mathematics would start
    String.raw`\$(?!\s)`,
  ].join('|'),
  'gu',
);

/** A tag's or a reference's first sign; as references these are safe in HTML, too, and for readers that know no backslash. */
const TAG = /<(?=[a-z/!?])/gi;
const REFERENCE = /&(?=#?\w{1,32};)/g;
const BRACKET = /[[\]]/g;

/** What is no text: control characters but tab and line feed, and halves of characters. */
const CONTROL = /(?![\t\n])\p{Cc}/gu;
const LINE_END = /\r\n?|[\u0085\u2028\u2029]/g;

/** Plain text without control characters; every sort of line end is a line feed. */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(LINE_END, '\n').replace(CONTROL, '');
}

/** Plain text as Markdown within a line: nothing in it is markup. What only counts at a line's start, `escapeLineStart` does. */
export function escapeText(text: string): string {
  return cleanText(text).replace(SIGNS, '\\$&').replace(REFERENCE, '&amp;').replace(TAG, '&lt;');
}

/** The same for a link's text or a picture's description, which a bracket would end. */
export function escapeLabel(text: string): string {
  return cleanText(text)
    .replace(SIGNS, (sign) => (sign === '[' || sign === ']' ? sign : `\\${sign}`))
    .replace(BRACKET, '\\$&')
    .replace(REFERENCE, '&amp;')
    .replace(TAG, '&lt;');
}

/** A heading, a bullet, a quote, a task's box; a line of nothing but rules, underlines or a table's dashes. */
const BLOCK_START = /^(?=#{1,6}(?:\s|$)|[-+](?:\s|$)|>|\[[ xX]\](?:\s|$)|[|:=-][|:=\s-]*$)/;
const NUMBER_START = /^(\d{1,9})([.)])(?=\s|$)/;

/** A line of Markdown that must not begin a heading, list, quote or table. */
export function escapeLineStart(line: string): string {
  return line.replace(BLOCK_START, '\\').replace(NUMBER_START, '$1\\$2');
}

/** In a row of a table even code is ended by a bar. */
export function escapeCell(markdown: string): string {
  return markdown.replace(/\|/g, '\\|');
}

const HTML_SIGNS: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

/** Plain text as HTML, in text and in attributes. */
export function escapeHtml(text: string): string {
  return cleanText(text).replace(/[&<>"]/g, (sign) => HTML_SIGNS.get(sign) ?? sign);
}
