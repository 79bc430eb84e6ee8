/** Pages dense in formulas, by the names of their fonts: layout alone loses fractions, roots and matrices. */
import type { PageContent } from '../read/words.ts';

/**
 * TeX's own maths fonts (Computer Modern, AMS, Euler, Latin Modern, txfonts, pxfonts, MathTime), the maths faces of STIX and
 * of the OpenType families (`… Math`), MathJax's, KaTeX's and Word's. Text faces of the same families don't count.
 */
const MATHS_FONTS = [
  /^CM(MI|MIB|SY|BSY|EX)\d*$/,
  /^MS[AB]M\d*$/,
  /^EU[FRS][MB]\d*$|^EUEX\d*$|^RSFS\d*$/,
  /^LMMath/,
  /^(new|n|r|t)?[tp]x(b?mi|b?sy|b?ex)[a-z]*\d*$/i,
  /^MT(MI|SY|EX|MIB|GU)\w*$/,
  /^STIX.*(Math|Integrals|Size\w*Sym|NonUnicode|Variants)/,
  /^(MathJax|KaTeX)_(Math|Size\d|AMS|Caligraphic|Fraktur|Script)/,
  /Math(TeXGyre)?(-(Regular|Bold|Italic))?$/,
  /^(MT-?Extra|Euclid-?(Math|Extra)\w*|MathematicalPi)/i,
];

/**
 * Digits, brackets and function names come in the text's font, so that the share is small: pages of a paper with a few
 * symbols have 1 %, of lecture notes in number theory 4 to 12 %, and those from 8 % on are mostly formulas.
 */
const DENSE_SHARE = 0.08;
/** Fewer are the bullets and arrows of a slide. */
const MIN_CHARS = 60;

export function isMathsFont(name: string): boolean {
  const bare = name.replace(/^[A-Z]{6}\+/, '');
  return MATHS_FONTS.some((pattern) => pattern.test(bare));
}

export function isDenseInMaths(content: PageContent): boolean {
  const isMaths = new Map<string, boolean>();
  let all = 0;
  let maths = 0;
  for (const { words } of content.lines) {
    for (const { text, face } of words) {
      let known = isMaths.get(face.name);
      if (known === undefined) {
        known = isMathsFont(face.name);
        isMaths.set(face.name, known);
      }
      all += text.length;
      if (known) maths += text.length;
    }
  }
  return maths >= MIN_CHARS && maths >= all * DENSE_SHARE;
}
