import type { Inline, Style } from '../../markdown/inline.ts';

interface Delimiters {
  readonly close: string;
  readonly isDisplay: boolean;
}

/** What MathJax reads on Canvas' pages. A single dollar is none: prices have it. */
const DELIMITERS: ReadonlyMap<string, Delimiters> = new Map([
  ['\\(', { close: '\\)', isDisplay: false }],
  ['\\[', { close: '\\]', isDisplay: true }],
  ['$$', { close: '$$', isDisplay: true }],
]);
const OPENER = /\\[([]|\$\$/g;

/** A text with its formulas apart. */
export function withFormulas(text: string, style: Style): Inline[] {
  const pieces: Inline[] = [];
  let done = 0;
  for (const { start, end, tex, isDisplay } of formulasIn(text)) {
    if (start > done) pieces.push({ ...style, type: 'text', text: text.slice(done, start) });
    pieces.push({ ...style, type: 'maths', tex, display: isDisplay });
    done = end;
  }
  if (done < text.length) pieces.push({ ...style, type: 'text', text: text.slice(done) });
  return pieces;
}

interface Formula {
  readonly start: number;
  readonly end: number;
  readonly tex: string;
  readonly isDisplay: boolean;
}

/** Linear: where a sort has no end any more, it is not looked for again. */
function* formulasIn(text: string): Generator<Formula> {
  const opener = new RegExp(OPENER);
  const unended = new Set<string>();
  for (let match = opener.exec(text); match !== null; match = opener.exec(text)) {
    const [mark] = match;
    const { close, isDisplay } = DELIMITERS.get(mark) ?? { close: mark, isDisplay: true };
    const from = match.index + mark.length;
    const to = unended.has(mark) ? -1 : text.indexOf(close, from);
    const tex = text.slice(from, to);
    if (to === -1) unended.add(mark);
    else if (tex.trim() !== '') {
      opener.lastIndex = to + close.length;
      yield { start: match.index, end: opener.lastIndex, tex, isDisplay };
    }
  }
}
