/** Formulas put together; arguments are TeX. */

export function fraction(numerator: string, denominator: string): string {
  return `\\frac{${numerator.trim()}}{${denominator.trim()}}`;
}

export function root(radicand: string, degree = ''): string {
  const index = degree.trim() === '' ? '' : `[${degree.trim()}]`;
  return `\\sqrt${index}{${radicand.trim()}}`;
}

/** An empty script is none. */
export function scripts(base: string, sub: string, sup: string): string {
  const marks = `${script('_', sub)}${script('^', sup)}`;
  return marks === '' ? base : `${atom(base)}${marks}`;
}

function script(mark: string, tex: string): string {
  const text = tex.trim();
  return text === '' ? '' : `${mark}{${text}}`;
}

/** What a script is put to is one thing. */
function atom(tex: string): string {
  const text = tex.trim();
  if (text === '') return '{}';
  const isOne = /^(?:.|\\[a-z]+|\\(?:mathrm|mathbf|mathbb|text)\{[^{}]*\}|\d+|\\left.*\\right\S+)$/isu.test(
    text,
  );
  return isOne ? text : `{${text}}`;
}

const OPENING: ReadonlyMap<string, string> = new Map([
  ['{', '\\{'],
  ['}', '\\}'],
  ['⟨', '\\langle '],
  ['⟩', '\\rangle '],
  ['〈', '\\langle '],
  ['〉', '\\rangle '],
  ['⌈', '\\lceil '],
  ['⌉', '\\rceil '],
  ['⌊', '\\lfloor '],
  ['⌋', '\\rfloor '],
  ['‖', '\\Vert '],
  ['∥', '\\Vert '],
  ['<', '\\langle '],
  ['>', '\\rangle '],
]);
const DELIMITERS = new Set(['(', ')', '[', ']', '|', '/']);

/** Between delimiters that grow; a missing one is invisible. */
export function delimited(open: string, inner: string, close: string): string {
  return `\\left${delimiter(open)}${inner.trim()}\\right${delimiter(close)}`;
}

function delimiter(sign: string): string {
  return OPENING.get(sign.trim()) ?? (DELIMITERS.has(sign.trim()) ? sign.trim() : '.');
}

export function matrix(rows: readonly (readonly string[])[], kind = 'matrix'): string {
  const lines = rows.map((row) => row.map((cell) => cell.trim()).join(' & '));
  return `\\begin{${kind}}${lines.join(' \\\\ ')}\\end{${kind}}`;
}

/** Signs above or below, by what they are in MathML and in Office. */
const ABOVE: ReadonlyMap<string, string> = new Map([
  ['^', 'hat'],
  ['ˆ', 'hat'],
  ['\u0302', 'hat'],
  ['~', 'tilde'],
  ['˜', 'tilde'],
  ['\u0303', 'tilde'],
  ['¯', 'bar'],
  ['‾', 'bar'],
  ['_', 'bar'],
  ['\u0304', 'bar'],
  ['\u0305', 'overline'],
  ['―', 'overline'],
  ['→', 'vec'],
  ['\u20d7', 'vec'],
  ['˙', 'dot'],
  ['.', 'dot'],
  ['\u0307', 'dot'],
  ['¨', 'ddot'],
  ['\u0308', 'ddot'],
  ['ˇ', 'check'],
  ['\u030c', 'check'],
  ['˘', 'breve'],
  ['\u0306', 'breve'],
  ['´', 'acute'],
  ['\u0301', 'acute'],
  ['`', 'grave'],
  ['\u0300', 'grave'],
  ['⏞', 'overbrace'],
  ['︷', 'overbrace'],
]);
const BELOW: ReadonlyMap<string, string> = new Map([
  ['_', 'underline'],
  ['¯', 'underline'],
  ['‾', 'underline'],
  ['\u0332', 'underline'],
  ['⏟', 'underbrace'],
  ['︸', 'underbrace'],
]);

/** An accent; without one of that sign, the sign is set above. */
export function above(base: string, sign: string): string {
  const command = ABOVE.get(sign.trim());
  if (command === 'bar' && base.trim().length > 1) return `\\overline{${base.trim()}}`;
  return command === undefined ? `\\overset{${sign.trim()}}{${base.trim()}}` : `\\${command}{${base.trim()}}`;
}

export function below(base: string, sign: string): string {
  const command = BELOW.get(sign.trim());
  return command === undefined
    ? `\\underset{${sign.trim()}}{${base.trim()}}`
    : `\\${command}{${base.trim()}}`;
}

/** Operators whose limits stand at them. */
const WITH_LIMITS =
  /^\\(?:sum|prod|coprod|int|iint|iiint|oint|big\w+|lim|limsup|liminf|max|min|sup|inf|det|gcd|Pr)\s*$/;

export function hasLimits(base: string): boolean {
  return WITH_LIMITS.test(base.trim());
}

/** One blank where a command needs it to end, none elsewhere. */
export function tidyTex(tex: string): string {
  return tex
    .replace(/\s+/g, ' ')
    .replace(/(\\[a-zA-Z]+) (?=[^a-zA-Z\s])/g, '$1')
    .trim();
}
