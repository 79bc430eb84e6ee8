import { expect, test } from 'vitest';
import { htmlToMarkdown } from '../../../shared/text/html.ts';

test.each([
  ['fractions', '<mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><mi>b</mi></mfrac>', '\\frac{a+1}{b}'],
  [
    'scripts',
    '<msup><mi>x</mi><mn>2</mn></msup><msub><mi>a</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub>',
    'x^{2}a_{ij}',
  ],
  ['both scripts', '<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>', 'x_{i}^{2}'],
  ['a script of a row', '<msup><mrow><mi>a</mi><mi>b</mi></mrow><mn>2</mn></msup>', '{ab}^{2}'],
  ['roots', '<msqrt><mi>x</mi></msqrt><mroot><mi>x</mi><mn>3</mn></mroot>', '\\sqrt{x}\\sqrt[3]{x}'],
  [
    'sums',
    '<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi>',
    '\\sum_{i=1}^{n}i',
  ],
  [
    'limits',
    '<munder><mi>lim</mi><mrow><mi>x</mi><mo>→</mo><mn>0</mn></mrow></munder><mi>x</mi>',
    '\\lim_{x\\to0}x',
  ],
  ['functions', '<mi>sin</mi><mi>x</mi>', '\\sin x'],
  ['names', '<mi>rate</mi><mo>⋅</mo><mi>α</mi>', '\\mathrm{rate}\\cdot\\alpha'],
  ['accents', '<mover><mi>x</mi><mo>¯</mo></mover><mover><mi>v</mi><mo>→</mo></mover>', '\\bar{x}\\vec{v}'],
  [
    'matrices',
    '<mfenced open="[" close="]"><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable></mfenced>',
    '\\left[\\begin{matrix}1 & 2 \\\\ 3 & 4\\end{matrix}\\right]',
  ],
  ['words', '<mtext>if 5% of</mtext><mi>x</mi>', '\\text{if 5\\% of}x'],
  ['signs of TeX', '<mo>{</mo><mi>x</mi><mo>}</mo>', '\\{x\\}'],
  ['letters of mathematics', '<mi>𝑥</mi><mo>∈</mo><mi>ℝ</mi>', 'x\\in\\mathbb{R}'],
  [
    'TeX beside it',
    '<semantics><mrow><mi>x</mi></mrow><annotation encoding="application/x-tex">\\xi_1</annotation></semantics>',
    '\\xi_1',
  ],
  ['spaces', '<mrow>\n <mi>a</mi>\n <mo>=</mo>\n</mrow>', 'a='],
])('MathML: %s', (_, mathml, tex) => {
  const { markdown } = htmlToMarkdown(`<p><math>${mathml}</math></p>`);

  expect(markdown).toBe(`$${tex}$\n`);
});

test('MathML in a block of its own', () => {
  const { markdown } = htmlToMarkdown('<math display="block"><mi>x</mi></math>');

  expect(markdown).toBe('$$\nx\n$$\n');
});
