import { describe, expect, test } from 'vitest';
import { bufferSource } from '../../../shared/range-source.ts';
import { notebookMarkdown } from '../../../shared/text/notebook.ts';
import { officeMarkdown } from '../../../shared/text/office/any.ts';
import { csvMarkdown } from '../../../shared/text/rows-markdown.ts';
import { compoundFile, docOf } from '../../fixtures/canvas/compound-file.ts';
import { archiveOf } from '../../fixtures/canvas/course.ts';
import { gathered, link, RELATIONSHIPS } from '../../fixtures/canvas/office.ts';

async function converted(bytes: Buffer | string): Promise<string> {
  return await gathered(officeMarkdown(bufferSource(Buffer.from(bytes))));
}

describe('workbooks', () => {
  const workbook = async (sheet: string, more: Readonly<Record<string, string>> = {}): Promise<string> =>
    await converted(
      await archiveOf([
        [
          'xl/workbook.xml',
          '<workbook xmlns:r="r"><workbookPr/><sheets><sheet name="Plan" r:id="r1"/><sheet name="Key" state="hidden" r:id="r2"/></sheets></workbook>',
        ],
        ['xl/_rels/workbook.xml.rels', RELATIONSHIPS(link('r1', 'worksheet', 'worksheets/a.xml'))],
        ['xl/worksheets/a.xml', `<worksheet><sheetData>${sheet}</sheetData></worksheet>`],
        [
          'xl/sharedStrings.xml',
          '<sst><si><t>Week</t></si><si><r><t>To</t></r><r><t>pic</t></r><rPh><t>x</t></rPh></si></sst>',
        ],
        [
          'xl/styles.xml',
          '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-409]d/m/yy\\ h:mm;@"/></numFmts><cellStyleXfs><xf numFmtId="0"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="9"/><xf numFmtId="20"/></cellXfs></styleSheet>',
        ],
        ...Object.entries(more),
      ]),
    );
  const END = '\n\n1 hidden sheet is left out.\n';
  const HEAD = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>';

  test.each([
    ['strings', HEAD, '| Week | Topic |\n| --- | --- |'],
    [
      'numbers, truths, errors, formulas',
      '<row><c r="A1"><v>0.30000000000000004</v></c><c r="B1" t="b"><v>1</v></c><c r="C1" t="e"><v>#N/A</v></c><c r="D1" t="str"><f>A1</f><v>x|y</v></c></row>',
      '| 0.3 | TRUE | #N/A | x\\|y |\n| --- | --- | --- | --- |',
    ],
    [
      'dates, times, shares',
      '<row><c r="A1" s="1"><v>45292</v></c><c r="B1" s="2"><v>45292.5</v></c><c r="C1" s="3"><v>0.125</v></c><c r="D1" s="4"><v>0.25</v></c></row>',
      '| 2024-01-01 | 2024-01-01 12:00 | 12.5% | 06:00 |\n| --- | --- | --- | --- |',
    ],
    [
      'gaps, and rows without a text',
      `${HEAD}<row r="2"><c r="A2"/></row><row r="9"><c r="B9" t="inlineStr"><is><t>in</t></is></c></row>`,
      '| Week | Topic |\n| --- | --- |\n|  | in |',
    ],
  ])('%s', async (_, sheet, table) => {
    const markdown = await workbook(sheet);

    expect(markdown).toBe(`## Plan\n\n${table}${END}`);
  });

  test('a sheet of 3,000 rows is one table', async () => {
    const rows = Array.from(
      { length: 3_000 },
      (_, at) => `<row><c><v>${at}</v></c><c><v>${at * 2}</v></c></row>`,
    );

    const markdown = await workbook(rows.join(''));

    expect(markdown.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(3_001);
    expect(markdown).toContain('\n| 2998 | 5996 |\n| 2999 | 5998 |\n');
  });

  test('a cell far to the right does not make thousands of empty ones', async () => {
    const markdown = await workbook('<row><c r="XFD1"><v>1</v></c></row>');

    expect(markdown.length).toBeLessThan(5_000);
  });

  test('OpenDocument’s', async () => {
    const cell = (text: string, attributes = ''): string =>
      `<table:table-cell ${attributes}><text:p>${text}</text:p></table:table-cell>`;
    const empty = '<table:table-cell table:number-columns-repeated="16000"/>';

    const markdown = await converted(
      await archiveOf([
        ['mimetype', 'application/vnd.oasis.opendocument.spreadsheet'],
        [
          'content.xml',
          `<office:spreadsheet><table:table table:name="T"><table:table-row>${cell('A')}${cell('B', 'table:number-columns-repeated="2"')}${empty}</table:table-row><table:table-row table:number-rows-repeated="1000000">${empty}</table:table-row><table:table-row><table:table-cell/>${cell('1')}</table:table-row></table:table></office:spreadsheet>`,
        ],
      ]),
    );

    expect(markdown).toBe('## T\n\n| A | B | B |\n| --- | --- | --- |\n|  | 1 |  |\n');
  });
});

describe('tables of text', () => {
  test.each([
    ['commas', 'a,b\n1,"2|3"\n', '| a | b |\n| --- | --- |\n| 1 | 2\\|3 |\n'],
    ['semicolons', 'a;b\n1,5;2\n', '| a | b |\n| --- | --- |\n| 1,5 | 2 |\n'],
    ['tabs', 'a\tb\n<b>\t2\n', '| a | b |\n| --- | --- |\n| &lt;b> | 2 |\n'],
    ['lines within quotes', 'a\n"x\ny"\n', '| a |\n| --- |\n| x<br>y |\n'],
    ['nothing', '', ''],
  ])('%s', async (_, csv, expected) => {
    async function* chunks(): AsyncGenerator<string> {
      yield csv;
    }

    expect(await gathered(csvMarkdown(chunks()))).toBe(expected);
  });
});

describe('notebooks', () => {
  const notebook = (cells: readonly object[]): string =>
    [...notebookMarkdown(JSON.stringify({ cells, metadata: { language_info: { name: 'python' } } }))].join(
      '',
    );
  const code = (outputs: readonly object[]): object => ({ cell_type: 'code', source: ['print(1)'], outputs });

  test.each<[string, object, string]>([
    [
      'text',
      { cell_type: 'markdown', source: ['# Lab\n', '<script>x</script>'] },
      '# Lab\n&lt;script>x&lt;/script>\n',
    ],
    [
      'code and what it prints',
      code([{ output_type: 'stream', text: ['1\n'] }]),
      '```python\nprint(1)\n```\n\n```\n1\n```\n',
    ],
    [
      'pictures',
      code([{ output_type: 'display_data', data: { 'image/png': 'AAAA', 'text/plain': ['<Figure>'] } }]),
      '```python\nprint(1)\n```\n\n[Image: output of the code, &lt;Figure>]\n',
    ],
    [
      'tables',
      code([
        {
          output_type: 'execute_result',
          data: {
            'text/html': '<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>',
            'text/plain': 'x',
          },
        },
      ]),
      '```python\nprint(1)\n```\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n',
    ],
    [
      'formulas',
      code([{ output_type: 'display_data', data: { 'text/latex': '$x^2$' } }]),
      '```python\nprint(1)\n```\n\n$$\nx^2\n$$\n',
    ],
    [
      'errors',
      code([{ output_type: 'error', traceback: ['\u001b[0;31mNameError\u001b[0m: x'] }]),
      '```python\nprint(1)\n```\n\n```\nNameError: x\n```\n',
    ],
  ])('%s', (_, cell, expected) => {
    expect(notebook([cell])).toBe(expected);
  });

  test.each([['[]'], ['{"cells": 5}'], ['no JSON']])('refuses %s', (json) => {
    expect(() => [...notebookMarkdown(json)]).toThrow(expect.objectContaining({ code: 'TEXT_INVALID' }));
  });
});

describe('books', () => {
  const PAGES: [string, string][] = [
    ['OEBPS/b.xhtml', '<html><title>x</title><h1>Two</h1><a href="a.xhtml#n">back</a></html>'],
    [
      'OEBPS/a.xhtml',
      '<html><h1>One</h1><p><a href="https://x.org">out</a><img src="p.png" alt="A cell"/></p></html>',
    ],
  ];

  test('pages in the order of reading, after the title', async () => {
    const markdown = await converted(
      await archiveOf([
        ['mimetype', 'application/epub+zip'],
        ['META-INF/container.xml', '<container><rootfile full-path="OEBPS/c.opf"/></container>'],
        [
          'OEBPS/c.opf',
          '<package><metadata><dc:title>Bread</dc:title></metadata><manifest><item id="1" href="a.xhtml"/><item id="2" href="b.xhtml"/></manifest><spine><itemref idref="1"/><itemref idref="2"/><itemref idref="3"/></spine></package>',
        ],
        ...PAGES,
      ]),
    );

    expect(markdown).toBe('# Bread\n\n# One\n\n[out](https://x.org)A cell\n\n# Two\n\nback\n');
  });

  test('without a table of its pages, by their names', async () => {
    const markdown = await converted(await archiveOf([['mimetype', 'application/epub+zip'], ...PAGES]));

    expect(markdown.startsWith('# One\n')).toBe(true);
  });
});

describe('what a file is, whatever it is called', () => {
  const docx = '<w:document xmlns:w="w"><w:p><w:r><w:t>Word</w:t></w:r></w:p></w:document>';

  test.each<[string, () => Promise<Buffer> | Buffer | string, string]>([
    ['a newer Word document', () => archiveOf([['word/document.xml', docx]]), 'Word\n'],
    ['an old one', () => docOf([{ text: 'old\r', isCompressed: true }]), 'old\n'],
    ['RTF', () => '{\\rtf1 rich}', 'rich\n'],
    ['a page that Word saved', () => '\ufeff <html xmlns:o="x"><body><p>saved</p></body></html>', 'saved\n'],
  ])('%s', async (_, make, expected) => {
    expect(await converted(await make())).toBe(expected);
  });

  const encrypted = '<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>';

  test.each<[string, () => Promise<Buffer> | Buffer | string, RegExp]>([
    [
      'a newer document with a password',
      () => compoundFile({ EncryptedPackage: Buffer.alloc(5000) }),
      /password/,
    ],
    [
      'a presentation with one',
      () =>
        compoundFile({
          'PowerPoint Document': Buffer.alloc(5000),
          'Current User': Buffer.concat([Buffer.alloc(12), Buffer.from('dfc4d1f3', 'hex')]),
        }),
      /password/,
    ],
    [
      'an OpenDocument file with one',
      () =>
        archiveOf([
          ['content.xml', 'x'],
          ['META-INF/manifest.xml', encrypted],
        ]),
      /password/,
    ],
    ['an old workbook', () => compoundFile({ Workbook: Buffer.alloc(5000) }), /save it as \.xlsx/],
    ['something else', () => 'hello', /found no Office file, RTF or HTML/],
    ['nothing', () => '', /found no Office file/],
  ])('refuses %s', async (_, make, message) => {
    const bytes = await make();

    await expect(converted(bytes)).rejects.toMatchObject({
      code: 'TEXT_INVALID',
      message: expect.stringMatching(message),
    });
  });
});
