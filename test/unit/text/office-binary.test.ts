import { describe, expect, test } from 'vitest';
import { bufferSource } from '../../../shared/range-source.ts';
import { docMarkdown } from '../../../shared/text/office/doc/document.ts';
import { pptText } from '../../../shared/text/office/ppt.ts';
import { rtfMarkdown } from '../../../shared/text/office/rtf.ts';
import { compoundFile, type DocMore, docOf, pptRecord, uint32 } from '../../fixtures/canvas/compound-file.ts';
import { gathered } from '../../fixtures/canvas/office.ts';

describe('rtf', () => {
  test.each<[string, string, string]>([
    ['text and paragraphs', '{\\rtf1\\ansi One\\par Two\\line three}', 'One\n\nTwo\\\nthree\n'],
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
    ['fields', '{\\rtf1{\\field{\\*\\fldinst HYPERLINK "x"}{\\fldrslt shown}}}', '[shown](x)\n'],
    ['cut off', '{\\rtf1 Text {\\b and', 'Text **and**\n'],
    [
      'the character sets of fonts',
      "{\\rtf1\\ansicpg1252{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset204 B;}{\\f2\\fcharset2 S;}}\\'e9 {\\f1\\'cf\\'f0} {\\f2\\'b7}}",
      'é Пр •\n',
    ],
    ['signs of two bytes', "{\\rtf1{\\fonttbl{\\f0\\fcharset128 M;}}\\f0 \\'83A\\'83B b}", 'アィ b\n'],
    [
      'headings by style and by level',
      '{\\rtf1{\\stylesheet{\\s1 heading 1;}{\\s2\\sbasedon1 mine;}}{\\s2 A\\par}\\pard\\outlinelevel1 B\\par\\pard c}',
      '# A\n\n## B\n\nc\n',
    ],
    [
      'marks',
      '{\\rtf1 {\\b a}{\\i b}\\super 2\\nosupersub {\\strike d}\\v answer\\v0  e}',
      '**a***b*<sup>2</sup>~~d~~ e\n',
    ],
    [
      'tables',
      '{\\rtf1\\trowd\\cellx1\\cellx2\\pard\\intbl A\\cell B|\\cell\\row\\trowd\\pard\\intbl 1\\par 2\\cell\\cell\\row\\pard after\\par}',
      '| A | B\\| |\n| --- | --- |\n| 1<br>2 |  |\n\nafter\n',
    ],
    [
      'lists',
      "{\\rtf1{\\listtext 1.\\tab}a\\par{\\listtext 2.\\tab}b\\par{\\pntext\\'b7\\tab}c\\par}",
      '1. a\n2. b\n- c\n',
    ],
    ['notes', '{\\rtf1 a{\\footnote the {\\b note}} b\\par}', 'a[^1] b\n\n[^1]: the **note**\n'],
    [
      'text boxes',
      '{\\rtf1 a\\par{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv y}}{\\shptxt box\\par}}{\\shprslt old}}b}',
      'a\n\nbox\n\nb\n',
    ],
    ['bytes of a picture', '{\\rtf1 a{\\pict\\bin3 }}{}b}', 'ab\n'],
  ])('%s', async (_, file, expected) => {
    const whole = await gathered(rtfMarkdown(bytesOf(file, file.length)));
    const inBytes = await gathered(rtfMarkdown(bytesOf(file, 1)));

    expect(whole).toBe(expected);
    expect(inBytes).toBe(expected);
  });

  async function* bytesOf(text: string, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size), 'latin1');
  }
});

describe('doc', () => {
  const converted = async (text: string, more: DocMore = {}): Promise<string> =>
    await gathered(docMarkdown(bufferSource(docOf([{ text, isCompressed: true }], more))));
  const BODY = [0, 0];
  const IN_TABLE = [0, 0, 0x16, 0x24, 1];
  const ROW_END = [0, 0, 0x16, 0x24, 1, 0x17, 0x24, 1];

  test('text by the piece table, in both encodings; fields, breaks', async () => {
    const file = docOf([
      { text: 'Caf\u00e9 \x13 HYPERLINK "x" \x14link\x15\rNext\x0bline\r', isCompressed: true },
      { text: 'naïve \u20ac\r', isCompressed: false },
    ]);

    const text = await gathered(docMarkdown(bufferSource(file)));

    expect(text).toBe('Café [link](x)\n\nNext\\\nline\n\nnaïve €\n');
  });

  test('headings and items by the formats of paragraphs', async () => {
    const markdown = await converted('Unit\rPart\rone\rtwo\rtext\r', {
      paragraphs: [
        [5, [1, 0]],
        [5, [0, 0, 0x40, 0x26, 1]],
        [4, [0, 0, 0x0b, 0x46, 3, 0]],
        [4, [0, 0, 0x0b, 0x46, 3, 0, 0x0a, 0x26, 1]],
        [5, BODY],
      ],
    });

    expect(markdown).toBe('# Unit\n\n## Part\n\n- one\n  - two\n\ntext\n');
  });

  test('tables by their rows, empty cells too', async () => {
    const markdown = await converted('A\x07B\x07\x07\x072\x07\x07after\r', {
      paragraphs: [
        [4, IN_TABLE],
        [1, ROW_END],
        [3, IN_TABLE],
        [1, ROW_END],
        [6, BODY],
      ],
    });

    expect(markdown).toBe('| A | B |\n| --- | --- |\n|  | 2 |\n\nafter\n');
  });

  test('bold and italic; what is hidden or deleted is left out', async () => {
    const markdown = await converted('a b c d e\r', {
      characters: [
        [2, []],
        [2, [0x35, 0x08, 1]],
        [2, [0x36, 0x08, 1]],
        [2, [0x3c, 0x08, 1]],
        [1, [0x00, 0x08, 1]],
        [1, []],
      ],
    });

    expect(markdown).toBe('a **b** *c*\n');
  });

  test('notes and boxes', async () => {
    const markdown = await converted('one\x02 two\x02\r\x02 first\r\x02 last\rbox\r', {
      parts: [10, 8, 7, 4],
      marks: [[3], [8]],
    });

    expect(markdown).toBe('one[^1] two[^e1]\n\n[^1]: first\n\n[^e1]: last\n\nbox\n');
  });

  test.each<[string, Buffer, RegExp]>([
    ['a password', docOf([{ text: 'x', isCompressed: true }], { flags: 0x0300 }), /password/],
    ['another compound file', compoundFile({ Workbook: Buffer.alloc(10) }), /no stream "WordDocument"/],
    ['no compound file', Buffer.alloc(2000), /signature/],
    [
      'a file cut off',
      docOf([{ text: 'x', isCompressed: true }]).subarray(0, 3000),
      /not a readable document/,
    ],
  ])('refuses %s', async (_, file, message) => {
    await expect(gathered(docMarkdown(bufferSource(file)))).rejects.toMatchObject({
      code: 'TEXT_INVALID',
      message: expect.stringMatching(message),
    });
  });

  test('a chain of sectors that goes in circles ends', async () => {
    const file = docOf([{ text: 'x', isCompressed: true }]);
    const table = 512 * (file.readUInt32LE(76) + 1);
    for (let at = 0; at < 100; at++) file.writeUInt32LE(0, table + at * 4);

    const text = await gathered(docMarkdown(bufferSource(file)));

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
