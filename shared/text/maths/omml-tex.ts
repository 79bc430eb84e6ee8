import { childOf, elementsOf, type MathNode, ownText } from './node.ts';
import { above, below, delimited, fraction, hasLimits, matrix, root, scripts, tidyTex } from './tex-parts.ts';
import { isFunction, nameToTex, signsToTex, wordsToTex } from './tex-symbols.ts';

/** A formula of Office (ISO 29500-1, 22.1) as TeX. */
export function ommlToTex(node: MathNode): string {
  return tidyTex(row(node));
}

function row(node: MathNode | undefined): string {
  return node === undefined ? '' : elementsOf(node).map(toTex).join('');
}

type Convert = (node: MathNode) => string;

const CONVERTERS: ReadonlyMap<string, Convert> = new Map<string, Convert>([
  ['r', run],
  ['f', fractionOf],
  ['sSup', (node) => scripts(part(node, 'e'), '', part(node, 'sup'))],
  ['sSub', (node) => scripts(part(node, 'e'), part(node, 'sub'), '')],
  ['sSubSup', (node) => scripts(part(node, 'e'), part(node, 'sub'), part(node, 'sup'))],
  ['sPre', (node) => `${scripts('{}', part(node, 'sub'), part(node, 'sup'))}${part(node, 'e')}`],
  ['rad', (node) => root(part(node, 'e'), isOn(property(node, 'degHide')) ? '' : part(node, 'deg'))],
  ['nary', nary],
  ['d', brackets],
  ['m', (node) => matrix(cellsOf(node))],
  [
    'eqArr',
    (node) =>
      matrix(
        parts(node).map((each) => [each]),
        'aligned',
      ),
  ],
  ['func', (node) => functionOf(part(node, 'fName'), part(node, 'e'))],
  ['acc', (node) => above(part(node, 'e'), value(property(node, 'chr')) ?? '\u0302')],
  ['bar', (node) => (value(property(node, 'pos')) === 'top' ? above : below)(part(node, 'e'), '¯')],
  ['groupChr', groupOf],
  ['limLow', (node) => limit(part(node, 'e'), part(node, 'lim'), '')],
  ['limUpp', (node) => limit(part(node, 'e'), '', part(node, 'lim'))],
  ['borderBox', (node) => `\\boxed{${part(node, 'e').trim()}}`],
  ['phant', (node) => (isOff(property(node, 'show')) ? '' : part(node, 'e'))],
]);

function toTex(node: MathNode): string {
  // what says how a part looks is no part: fPr, naryPr, rPr, ctrlPr
  if (node.name.endsWith('Pr')) return '';
  return (CONVERTERS.get(node.name) ?? row)(node);
}

function part(node: MathNode, name: string): string {
  return row(childOf(node, name));
}

/** All `e` of an element. */
function parts(node: MathNode): string[] {
  return elementsOf(node)
    .filter(({ name }) => name === 'e')
    .map(row);
}

function cellsOf(node: MathNode): string[][] {
  return elementsOf(node)
    .filter(({ name }) => name === 'mr')
    .map(parts);
}

/** A property of `f` lies in its `fPr`. */
function property(node: MathNode, name: string): MathNode | undefined {
  return childOf(childOf(node, `${node.name}Pr`), name);
}

function value(node: MathNode | undefined): string | undefined {
  return node?.attribute('val');
}

/** A switch that is there without a value is on. */
function isOn(node: MathNode | undefined): boolean {
  return node !== undefined && !isOff(node);
}

function isOff(node: MathNode | undefined): boolean {
  return /^(?:0|false|off)$/.test(value(node) ?? '');
}

function run(node: MathNode): string {
  const text = elementsOf(node)
    .filter(({ name }) => name === 't')
    .map(ownText)
    .join('');
  const style = childOf(node, 'rPr');
  if (isOn(childOf(style, 'nor'))) return wordsToTex(text);
  const name = text.trim();
  const isUpright = value(childOf(style, 'sty')) === 'p' && /^\p{L}{2,}$/u.test(name);
  return isUpright || isFunction(name) ? nameToTex(name) : signsToTex(text);
}

function fractionOf(node: MathNode): string {
  const [top, bottom] = [part(node, 'num'), part(node, 'den')];
  const type = value(property(node, 'type'));
  if (type === 'noBar') return `{${top.trim()} \\atop ${bottom.trim()}}`;
  return type === 'lin' ? `${top}/${bottom}` : fraction(top, bottom);
}

function nary(node: MathNode): string {
  const operator = signsToTex(value(property(node, 'chr')) ?? '∫');
  return `${scripts(operator, part(node, 'sub'), part(node, 'sup'))} ${part(node, 'e')}`;
}

function brackets(node: MathNode): string {
  const separator = value(property(node, 'sepChr')) ?? '|';
  const open = value(property(node, 'begChr')) ?? '(';
  const close = value(property(node, 'endChr')) ?? ')';
  return delimited(open, parts(node).join(separator), close);
}

function functionOf(name: string, argument: string): string {
  return `${name.trim()} ${argument}`;
}

function groupOf(node: MathNode): string {
  const sign = value(property(node, 'chr')) ?? '⏟';
  return (value(property(node, 'pos')) === 'top' ? above : below)(part(node, 'e'), sign);
}

function limit(base: string, sub: string, sup: string): string {
  if (hasLimits(base)) return scripts(base, sub, sup);
  return sub === '' ? above(base, sup) : below(base, sub);
}
