import { elementsOf, type MathNode, ownText } from './node.ts';
import { above, below, delimited, fraction, hasLimits, matrix, root, scripts, tidyTex } from './tex-parts.ts';
import { nameToTex, signsToTex, wordsToTex } from './tex-symbols.ts';

/** A formula in MathML (Presentation, MathML 3 chapter 3) as TeX; what its author wrote in TeX beside it comes first. */
export function mathMlToTex(math: MathNode): string {
  return annotationOf(math) ?? tidyTex(row(math));
}

function annotationOf(node: MathNode): string | undefined {
  for (const child of elementsOf(node)) {
    if (child.name === 'annotation' && /tex/i.test(child.attribute('encoding') ?? ''))
      return ownText(child).trim();
    const found = child.name === 'semantics' || child.name === 'mrow' ? annotationOf(child) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function row(node: MathNode): string {
  return elementsOf(node).map(toTex).join('');
}

type Convert = (node: MathNode, parts: readonly string[]) => string;

const CONVERTERS: ReadonlyMap<string, Convert> = new Map<string, Convert>([
  ['mi', (node) => identifier(node)],
  ['mn', (node) => signsToTex(ownText(node).trim())],
  ['mo', (node) => operator(ownText(node).trim())],
  ['mtext', (node) => wordsToTex(ownText(node))],
  ['ms', (node) => wordsToTex(ownText(node))],
  ['mspace', () => ' '],
  ['annotation', () => ''],
  ['annotation-xml', () => ''],
  ['mphantom', () => ''],
  ['mfrac', (node, [top = '', bottom = '']) => fractionOf(node, top, bottom)],
  ['msqrt', (_, parts) => root(parts.join(''))],
  ['mroot', (_, [radicand = '', degree]) => root(radicand, degree)],
  ['msup', (_, [base = '', sup = '']) => scripts(base, '', sup)],
  ['msub', (_, [base = '', sub = '']) => scripts(base, sub, '')],
  ['msubsup', (_, [base = '', sub = '', sup = '']) => scripts(base, sub, sup)],
  ['mover', (node, [base = '', over = '']) => under(node, base, '', over)],
  ['munder', (node, [base = '', sub = '']) => under(node, base, sub, '')],
  ['munderover', (node, [base = '', sub = '', over = '']) => under(node, base, sub, over)],
  ['mmultiscripts', (_, [base = '', sub = '', sup = '']) => scripts(base, sub, sup)],
  ['mtable', (node) => matrix(elementsOf(node).map((each) => elementsOf(each).map(row)))],
  ['mfenced', (node, parts) => fenced(node, parts)],
  ['menclose', (node, parts) => enclosed(node, parts.join(''))],
]);

function toTex(node: MathNode): string {
  const convert = CONVERTERS.get(node.name);
  return convert === undefined ? row(node) : convert(node, elementsOf(node).map(toTex));
}

function identifier(node: MathNode): string {
  const name = ownText(node).trim();
  if (Array.from(name).length > 1) return nameToTex(name);
  return /^bold/.test(node.attribute('mathvariant') ?? '')
    ? `\\mathbf{${signsToTex(name)}}`
    : signsToTex(name);
}

function operator(name: string): string {
  return /^[a-z]{2,}$/i.test(name) ? nameToTex(name) : signsToTex(name);
}

function fractionOf(node: MathNode, top: string, bottom: string): string {
  const isBare = /^0/.test(node.attribute('linethickness') ?? '');
  return isBare ? `{${top.trim()} \\atop ${bottom.trim()}}` : fraction(top, bottom);
}

function under(node: MathNode, base: string, sub: string, over: string): string {
  if (hasLimits(base)) return scripts(base, sub, over);
  const [, ...marks] = elementsOf(node).map((child) => ownText(child).trim());
  let tex = base;
  if (sub !== '') tex = below(tex, marks[0] || sub);
  if (over !== '') tex = above(tex, marks.at(-1) || over);
  return tex;
}

function fenced(node: MathNode, parts: readonly string[]): string {
  const separators = Array.from((node.attribute('separators') ?? ',').replace(/\s/g, ''));
  const inner = parts.map((part, at) =>
    at === 0 ? part : `${separators[at - 1] ?? separators.at(-1) ?? ''}${part}`,
  );
  return delimited(node.attribute('open') ?? '(', inner.join(''), node.attribute('close') ?? ')');
}

function enclosed(node: MathNode, inner: string): string {
  const notation = node.attribute('notation') ?? 'longdiv';
  if (/radical/.test(notation)) return root(inner);
  return /box|circle/.test(notation) ? `\\boxed{${inner.trim()}}` : inner;
}
