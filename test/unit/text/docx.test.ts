import { describe, expect, test } from 'vitest';
import { bufferSource } from '../../../shared/range-source.ts';
import { docxMarkdown } from '../../../shared/text/office/docx.ts';
import { archiveOf } from '../../fixtures/canvas/course.ts';
import { gathered, link, RELATIONSHIPS } from '../../fixtures/canvas/office.ts';

const m = (text: string): string => `<m:r><m:t>${text}</m:t></m:r>`;
const FORMULAS: readonly [string, string, string][] = [
  ['fractions', `<m:f><m:num>${m('1')}</m:num><m:den>${m('2')}</m:den></m:f>`, '\\frac{1}{2}'],
  ['indices', `<m:sSub><m:e>${m('H')}</m:e><m:sub>${m('2')}</m:sub></m:sSub>${m('O')}`, 'H_{2}O'],
  [
    'both scripts',
    `<m:sSubSup><m:e>${m('x')}</m:e><m:sub>${m('i')}</m:sub><m:sup>${m('2')}</m:sup></m:sSubSup>`,
    'x_{i}^{2}',
  ],
  [
    'roots',
    `<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>${m('x')}</m:e></m:rad><m:rad><m:deg>${m('3')}</m:deg><m:e>${m('y')}</m:e></m:rad>`,
    '\\sqrt{x}\\sqrt[3]{y}',
  ],
  [
    'sums',
    `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${m('i=1')}</m:sub><m:sup>${m('n')}</m:sup><m:e>${m('i')}</m:e></m:nary>`,
    '\\sum_{i=1}^{n} i',
  ],
  [
    'integrals',
    `<m:nary><m:sub>${m('0')}</m:sub><m:sup>${m('∞')}</m:sup><m:e>${m('x')}</m:e></m:nary>`,
    '\\int_{0}^{\\infty} x',
  ],
  [
    'matrices',
    `<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e><m:m><m:mr><m:e>${m('1')}</m:e><m:e>${m('2')}</m:e></m:mr><m:mr><m:e>${m('3')}</m:e><m:e>${m('4')}</m:e></m:mr></m:m></m:e></m:d>`,
    '\\left[\\begin{matrix}1 & 2 \\\\ 3 & 4\\end{matrix}\\right]',
  ],
  ['brackets', `<m:d><m:e>${m('a')}</m:e><m:e>${m('b')}</m:e></m:d>`, '\\left(a|b\\right)'],
  [
    'accents',
    `<m:acc><m:accPr><m:chr m:val="⃗"/></m:accPr><m:e>${m('v')}</m:e></m:acc><m:bar><m:barPr><m:pos m:val="top"/></m:barPr><m:e>${m('x')}</m:e></m:bar>`,
    '\\vec{v}\\bar{x}',
  ],
  ['functions', `<m:func><m:fName>${m('sin')}</m:fName><m:e>${m('θ')}</m:e></m:func>`, '\\sin\\theta'],
  [
    'limits',
    `<m:func><m:fName><m:limLow><m:e>${m('lim')}</m:e><m:lim>${m('x→0')}</m:lim></m:limLow></m:fName><m:e>${m('f')}</m:e></m:func>`,
    '\\lim_{x\\to0} f',
  ],
  ['words', `<m:r><m:rPr><m:nor/></m:rPr><m:t>speed in </m:t></m:r>${m('m')}`, '\\text{speed in }m'],
];

describe('docx', () => {
  const parts = (body: string, more: Readonly<Record<string, string>> = {}): [string, string][] => [
    ['_rels/.rels', RELATIONSHIPS(link('r1', 'officeDocument', 'word/document.xml'))],
    ['word/document.xml', `<w:document xmlns:w="w" xmlns:r="r"><w:body>${body}</w:body></w:document>`],
    [
      'word/_rels/document.xml.rels',
      RELATIONSHIPS(
        `${link('h1', 'hyperlink', 'https://example.org/a b', ' TargetMode="External"')}${link('n1', 'footnotes', 'footnotes.xml')}`,
      ),
    ],
    [
      'word/styles.xml',
      '<w:styles xmlns:w="w"><w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style><w:style w:styleId="Eigene"><w:name w:val="Mine"/><w:basedOn w:val="berschrift2"/></w:style><w:style w:styleId="Titel"><w:name w:val="Title"/></w:style><w:style w:styleId="Liste"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>',
    ],
    [
      'word/numbering.xml',
      '<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="5"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId="6"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="6"/></w:num></w:numbering>',
    ],
    ...Object.entries(more),
  ];
  const converted = async (body: string, more: Readonly<Record<string, string>> = {}): Promise<string> =>
    await gathered(docxMarkdown(bufferSource(await archiveOf(parts(body, more)))));
  const p = (text: string, properties = ''): string => `<w:p><w:pPr>${properties}</w:pPr>${r(text)}</w:p>`;
  const r = (text: string, properties = ''): string =>
    `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
  const numbered = (id: number, level: number): string =>
    `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${id}"/></w:numPr>`;
  const cell = (text: string, properties = ''): string =>
    `<w:tc><w:tcPr>${properties}</w:tcPr>${p(text)}</w:tc>`;

  test.each<[string, string, string]>([
    ['paragraphs', p('One') + p('') + p('Two &amp; more'), 'One\n\nTwo & more\n'],
    [
      'headings by the style’s own name',
      p('Kapitel', '<w:pStyle w:val="berschrift2"/>') + p('T', '<w:pStyle w:val="Titel"/>'),
      '## Kapitel\n\n# T\n',
    ],
    [
      'headings by outline level',
      p('Deep', '<w:outlineLvl w:val="2"/>') + p('Body', '<w:outlineLvl w:val="9"/>'),
      '### Deep\n\nBody\n',
    ],
    [
      'emphasis',
      `<w:p>${r('a ')}${r('bold', '<w:b/>')}${r(' run', '<w:b w:val="1"/>')}${r(' plain ', '<w:b w:val="0"/>')}${r('it', '<w:i/>')}</w:p>`,
      'a **bold run** plain *it*\n',
    ],
    [
      'super- and subscript',
      `<w:p>${r('E=mc')}${r('2', '<w:vertAlign w:val="superscript"/>')}</w:p>`,
      'E=mc<sup>2</sup>\n',
    ],
    [
      'links',
      `<w:p><w:hyperlink r:id="h1">${r('here')}</w:hyperlink></w:p>`,
      '[here](https://example.org/a%20b)\n',
    ],
    [
      'lists',
      p('a', numbered(1, 0)) + p('b', '<w:pStyle w:val="Liste"/>') + p('after'),
      '- a\n- b\n\nafter\n',
    ],
    [
      'numbered lists',
      [0, 1, 1, 0, 1].map((level, at) => p(`i${at}`, numbered(2, level))).join(''),
      '1. i0\n   1. i1\n   2. i2\n2. i3\n   1. i4\n',
    ],
    [
      'tables',
      `<w:tbl><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid><w:tr>${cell('A')}${cell('B')}</w:tr><w:tr>${cell('1|2', '<w:gridSpan w:val="2"/>')}</w:tr></w:tbl>${p('after')}`,
      '<table>\n<tr><td>A</td><td>B</td></tr>\n<tr><td colspan="2">1|2</td></tr>\n</table>\n\nafter\n',
    ],
    [
      'a table of one column',
      `<w:tbl><w:tblGrid><w:gridCol/></w:tblGrid><w:tr>${cell('A')}</w:tr><w:tr>${cell('B')}</w:tr></w:tbl>`,
      'A\n\nB\n',
    ],
    [
      'tabs and line breaks',
      `<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>`,
      'a b\\\nc\n',
    ],
    [
      'deleted text and fallbacks',
      `<w:p><w:del>${r('gone')}</w:del><w:ins>${r('new')}</w:ins><mc:AlternateContent><mc:Choice>${r(' box')}</mc:Choice><mc:Fallback>${r(' box')}</mc:Fallback></mc:AlternateContent></w:p>`,
      'new box\n',
    ],
    ['field codes', '<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>5</w:t></w:r></w:p>', '5\n'],
    [
      'signs that Markdown would take for its own',
      p('# 1 * 2 [x] a_b') + p('1. first') + p('- dash'),
      '\\# 1 \\* 2 [x] a_b\n\n1\\. first\n\n\\- dash\n',
    ],
    ['tildes and tags', p('~~not struck~~ &lt;script&gt;'), '\\~\\~not struck\\~\\~ &lt;script>\n'],
    [
      'cells merged downwards',
      `<w:tbl><w:tr>${cell('A', '<w:vMerge w:val="restart"/>')}${cell('1')}</w:tr><w:tr>${cell('', '<w:vMerge/>')}${cell('2')}</w:tr></w:tbl>`,
      '<table>\n<tr><td rowspan="2">A</td><td>1</td></tr>\n<tr><td>2</td></tr>\n</table>\n',
    ],
    [
      'a list in a cell',
      `<w:tbl><w:tr>${cell('A')}${cell('B')}</w:tr><w:tr>${cell('1')}<w:tc>${p('x', numbered(1, 0))}${p('y', numbered(1, 1))}</w:tc></w:tr></w:tbl>`,
      '<table>\n<tr><td>A</td><td>B</td></tr>\n<tr><td>1</td><td><ul><li><p>x</p><ul><li>y</li></ul></li></ul></td></tr>\n</table>\n',
    ],
    [
      'field links',
      `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "https://x.org"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>${r('there')}<w:r><w:fldChar w:fldCharType="end"/></w:r>${r(' and ')}<w:fldSimple w:instr=' HYPERLINK "https://y.org" \\o "tip" '>${r('here')}</w:fldSimple></w:p>`,
      '[there](https://x.org) and [here](https://y.org)\n',
    ],
    ['what is hidden', `<w:p>${r('a')}${r('answer', '<w:vanish/>')}</w:p>`, 'a\n'],
    [
      'what pictures show',
      `<w:p>${r('a ')}<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="A cell"/></wp:inline></w:drawing></w:r></w:p>`,
      'a [Image: A cell]\n',
    ],
    ['headings by the style that theirs is based on', p('K', '<w:pStyle w:val="Eigene"/>'), '## K\n'],
    ...FORMULAS.map(([name, omml, tex]): [string, string, string] => [
      `formula: ${name}`,
      `<w:p>${r('x ')}<m:oMath>${omml}</m:oMath></w:p>`,
      `x $${tex}$\n`,
    ]),
    [
      'a formula of its own',
      `<w:p><m:oMathPara><m:oMath>${m('a*b_c')}</m:oMath></m:oMathPara></w:p>`,
      '$$\na*b\\_c\n$$\n',
    ],
  ])('%s', async (_, body, expected) => {
    const markdown = await converted(body);

    expect(markdown).toBe(expected);
  });

  test('footnotes', async () => {
    const notes = `<w:footnotes xmlns:w="w"><w:footnote w:type="separator" w:id="0">${p('---')}</w:footnote><w:footnote w:id="2">${p('The note.')}</w:footnote></w:footnotes>`;

    const markdown = await converted(
      '<w:p><w:r><w:t>Text</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>',
      { 'word/footnotes.xml': notes },
    );

    expect(markdown).toBe('Text[^2]\n\n[^2]: The note.\n');
  });

  test.each<[string, () => Promise<Buffer>]>([
    ['no zip', async () => Buffer.from('hello')],
    ['a zip of something else', async () => await archiveOf([['a.txt', 'x']])],
  ])('refuses %s', async (_, make) => {
    await expect(gathered(docxMarkdown(bufferSource(await make())))).rejects.toMatchObject({
      code: 'TEXT_INVALID',
    });
  });
});
