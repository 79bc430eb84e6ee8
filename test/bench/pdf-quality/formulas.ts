/** Display formulas as plain text with sup and sub, as honest Unicode can say them. */
import type { Inline } from './ast.ts';

const sup = (text: string): Inline => ({ type: 'sup', text });
const sub = (text: string): Inline => ({ type: 'sub', text });

export const FORMULAS: readonly (readonly Inline[])[] = [
  ['c', sup('2'), ' = g h'],
  ['E = m c', sup('2'), ' + p', sub('0')],
  ['a', sub('n'), ' = a', sub('1'), ' + (n − 1) d'],
  ['x', sup('2'), ' + y', sup('2'), ' = r', sup('2')],
  ['ω', sup('2'), ' = g k ≈ 9.81 k'],
  ['∑ a', sub('i'), ' ≤ ∫ f(t) dt'],
];
