import { describe, expect, test } from 'vitest';
import { docText } from '../../shared/text/office/doc.ts';
import { docxMarkdown } from '../../shared/text/office/docx.ts';
import { odfMarkdown } from '../../shared/text/office/odf.ts';
import { pptText } from '../../shared/text/office/ppt.ts';
import { pptxMarkdown } from '../../shared/text/office/pptx.ts';
import { rtfText } from '../../shared/text/office/rtf.ts';
import { bufferSource } from '../../shared/zip/range-source.ts';
import { compoundFile, docOf, pptRecord, uint32 } from '../fixtures/canvas/compound-file.ts';
import { archiveOf } from '../fixtures/canvas/course.ts';

async function gathered(text: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const piece of text) all += piece;
  return all;
}

const RELATIONSHIPS = (entries: string): string =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${entries}</Relationships>`;
const link = (id: string, type: string, target: string, mode = ''): string =>
  `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"${mode}/>`;

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
      '<w:styles xmlns:w="w"><w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style><w:style w:styleId="Titel"><w:name w:val="Title"/></w:style><w:style w:styleId="Liste"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>',
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
      '| A | B |\n| --- | --- |\n| 1\\|2 |  |\n\nafter\n',
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
      '\\# 1 \\* 2 \\[x\\] a_b\n\n1\\. first\n\n\\- dash\n',
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

describe('pptx', () => {
  const shape = (place: string, paragraphs: string): string =>
    `<p:sp><p:nvSpPr><p:nvPr>${place === '' ? '' : `<p:ph type="${place}"/>`}</p:nvPr></p:nvSpPr><p:txBody>${paragraphs}</p:txBody></p:sp>`;
  const para = (text: string, level = 0): string =>
    `<a:p><a:pPr lvl="${level}"/><a:r><a:rPr/><a:t>${text}</a:t></a:r></a:p>`;
  const slide = (shapes: string): string =>
    `<p:sld xmlns:p="p" xmlns:a="a" xmlns:r="r"><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`;
  const deck = async (
    first: string,
    second: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<string> =>
    await gathered(
      pptxMarkdown(
        bufferSource(
          await archiveOf([
            ['_rels/.rels', RELATIONSHIPS(link('r1', 'officeDocument', 'ppt/presentation.xml'))],
            // the second file is the first slide
            [
              'ppt/presentation.xml',
              '<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId r:id="s2" id="256"/><p:sldId id="257" r:id="s1"/></p:sldIdLst></p:presentation>',
            ],
            [
              'ppt/_rels/presentation.xml.rels',
              RELATIONSHIPS(
                link('s1', 'slide', 'slides/slide1.xml') + link('s2', 'slide', 'slides/slide2.xml'),
              ),
            ],
            ['ppt/slides/slide1.xml', slide(second)],
            ['ppt/slides/slide2.xml', slide(first)],
            ...Object.entries(more),
          ]),
        ),
      ),
    );

  test('slides in the order of the presentation, the title first', async () => {
    const markdown = await deck(
      shape('body', para('a') + para('b', 1)) + shape('title', para('One')),
      shape('', para('A box')) + shape('sldNum', para('2')),
    );

    expect(markdown).toBe('## One\n\n- a\n   - b\n\n## Slide 2\n\nA box\n');
  });

  test('tables', async () => {
    const cells = (texts: string[]): string =>
      `<a:tr>${texts.map((text) => `<a:tc><a:txBody>${para(text)}</a:txBody></a:tc>`).join('')}</a:tr>`;
    const table = `<p:graphicFrame><a:tbl><a:tblGrid><a:gridCol/><a:gridCol/></a:tblGrid>${cells(['A', 'B'])}${cells(['1', '2'])}</a:tbl></p:graphicFrame>`;

    const markdown = await deck(shape('title', para('T')) + table, shape('ctrTitle', para('End')));

    expect(markdown).toBe('## T\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n\n## End\n');
  });

  test('the speaker’s notes', async () => {
    const markdown = await deck(shape('title', para('T')), shape('title', para('U')), {
      'ppt/slides/_rels/slide2.xml.rels': RELATIONSHIPS(
        link('n', 'notesSlide', '../notesSlides/notesSlide1.xml'),
      ),
      'ppt/notesSlides/notesSlide1.xml': slide(shape('sldImg', '') + shape('body', para('Say hello.'))),
    });

    expect(markdown).toBe('## T\n\n> Say hello.\n\n## U\n');
  });
});

describe('OpenDocument', () => {
  const converted = async (body: string): Promise<string> =>
    await gathered(
      odfMarkdown(
        bufferSource(
          await archiveOf([
            [
              'content.xml',
              `<office:document-content xmlns:text="t"><office:automatic-styles><style:style style:name="T1"><style:text-properties fo:font-weight="bold"/></style:style><text:list-style style:name="L1"><text:list-level-style-number text:level="1"/></text:list-style></office:automatic-styles><office:body>${body}</office:body></office:document-content>`,
            ],
          ]),
        ),
      ),
    );

  test.each<[string, string, string]>([
    [
      'headings and paragraphs',
      '<text:h text:outline-level="2">H</text:h><text:p>a<text:s text:c="5"/>b</text:p>',
      '## H\n\na b\n',
    ],
    [
      'spans and links',
      '<text:p>a <text:span text:style-name="T1">b</text:span> <text:a xlink:href="https://x.org">c</text:a> d</text:p>',
      'a **b** [c](https://x.org) d\n',
    ],
    [
      'lists',
      '<text:list><text:list-item><text:p>a</text:p><text:list><text:list-item><text:p>b</text:p></text:list-item></text:list></text:list-item></text:list>',
      '- a\n   - b\n',
    ],
    [
      'numbered lists',
      '<text:list text:style-name="L1"><text:list-item><text:p>a</text:p></text:list-item><text:list-item><text:p>b</text:p></text:list-item></text:list>',
      '1. a\n2. b\n',
    ],
    [
      'tables',
      '<table:table><table:table-column table:number-columns-repeated="2"/><table:table-row><table:table-cell><text:p>A</text:p></table:table-cell><table:table-cell><text:p>B</text:p></table:table-cell></table:table-row></table:table>',
      '| A | B |\n| --- | --- |\n',
    ],
    ['comments', '<text:p>a<office:annotation><text:p>no</text:p></office:annotation></text:p>', 'a\n'],
    ['slides', '<draw:page draw:name="First"><text:p>x</text:p></draw:page>', '## First\n\nx\n'],
  ])('%s', async (_, body, expected) => {
    const markdown = await converted(body);

    expect(markdown).toBe(expected);
  });
});

describe('rtf', () => {
  test.each<[string, string, string]>([
    ['text and paragraphs', '{\\rtf1\\ansi One\\par Two\\line three}', 'One\n\nTwo\nthree\n'],
    [
      'tables of fonts and colours',
      '{\\rtf1{\\fonttbl{\\f0 Arial;}}{\\colortbl;\\red0;}{\\*\\generator X;}Text}',
      'Text\n',
    ],
    ['its code page', "{\\rtf1\\ansicpg1251 \\'cf\\'f0\\'e8}", 'При\n'],
    ['Unicode with a fallback', "{\\rtf1\\uc1 na\\u239\\'efve \\u8364?}", 'naïve €\n'],
    ['Unicode without one', '{\\rtf1\\uc0 \\u8364 x}', '€x\n'],
    ['pairs beyond the first plane', '{\\rtf1\\uc0 \\u-10179 \\u-8704 }', '😀\n'],
    ['signs', '{\\rtf1 \\{a\\\\b\\} \\emdash\\~c}', '{a\\b} — c\n'],
    ['pictures', '{\\rtf1 a{\\pict\\pngblip 89504e47}b}', 'ab\n'],
    ['fields', '{\\rtf1{\\field{\\*\\fldinst HYPERLINK "x"}{\\fldrslt shown}}}', 'shown\n'],
    ['cut off', '{\\rtf1 Text {\\b and', 'Text and\n'],
  ])('%s', async (_, file, expected) => {
    const whole = await gathered(rtfText(bytesOf(file, file.length)));
    const inBytes = await gathered(rtfText(bytesOf(file, 1)));

    expect(whole).toBe(expected);
    expect(inBytes).toBe(expected);
  });

  async function* bytesOf(text: string, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size), 'latin1');
  }
});

describe('doc', () => {
  test('text by the piece table, in both encodings; fields, tables, breaks', async () => {
    const file = docOf([
      { text: 'Caf\u00e9 \x13 HYPERLINK "x" \x14link\x15\rNext\x0bline\r', isCompressed: true },
      { text: 'naïve \u20ac\rA\x07B\x07\x07\r', isCompressed: false },
    ]);

    const text = await gathered(docText(bufferSource(file)));

    expect(text).toBe('Café link\n\nNext\nline\n\nnaïve €\n\nA | B\n');
  });

  test.each<[string, Buffer, RegExp]>([
    ['a password', docOf([{ text: 'x', isCompressed: true }], 0x0300), /password/],
    ['another compound file', compoundFile({ Workbook: Buffer.alloc(10) }), /no stream "WordDocument"/],
    ['no compound file', Buffer.alloc(2000), /signature/],
    [
      'a file cut off',
      docOf([{ text: 'x', isCompressed: true }]).subarray(0, 3000),
      /not a readable document/,
    ],
  ])('refuses %s', async (_, file, message) => {
    await expect(gathered(docText(bufferSource(file)))).rejects.toMatchObject({
      code: 'TEXT_INVALID',
      message: expect.stringMatching(message),
    });
  });

  test('a chain of sectors that goes in circles ends', async () => {
    const file = docOf([{ text: 'x', isCompressed: true }]);
    const table = 512 * (file.readUInt32LE(76) + 1);
    for (let at = 0; at < 100; at++) file.writeUInt32LE(0, table + at * 4);

    const text = await gathered(docText(bufferSource(file)));

    expect(text.length).toBeLessThan(10);
  });
});

describe('ppt', () => {
  const chars = (text: string): Buffer => pptRecord(0x0fa0, Buffer.from(text, 'utf16le'));
  const bytes = (text: string): Buffer => pptRecord(0x0fa8, Buffer.from(text, 'latin1'));
  const header = (type: number): Buffer => pptRecord(0x0f9f, uint32(type));
  const persist = pptRecord(0x03f3, Buffer.alloc(20));

  test('titles, outlines and boxes by slide; masters and notes are left out', async () => {
    const list = pptRecord(0x0ff0, [
      persist,
      header(0),
      chars('First'),
      header(1),
      bytes('a\rb\vc'),
      persist,
      header(6),
      bytes('Second'),
    ]);
    const masters = pptRecord(0x0ff0, [persist, header(0), bytes('Click to edit')], 1);
    const slides = [
      pptRecord(0x03ee, [pptRecord(0xf00d, [header(4), chars('A box €')])]),
      pptRecord(0x03ee, []),
    ];
    const document = pptRecord(0x03e8, [masters, list]);

    const text = await gathered(
      pptText(bufferSource(compoundFile({ 'PowerPoint Document': Buffer.concat([document, ...slides]) }))),
    );

    expect(text).toBe('## First\n\n- a\n- b c\n- A box €\n\n## Second\n');
  });

  test('a record that claims to be longer than the file is read as far as it goes', async () => {
    const record = pptRecord(0x0ff0, [persist, header(0), chars('Title')]);
    record.writeUInt32LE(0xffffffff, 4);

    const text = await gathered(pptText(bufferSource(compoundFile({ 'PowerPoint Document': record }))));

    expect(text).toBe('## Title\n');
  });
});
