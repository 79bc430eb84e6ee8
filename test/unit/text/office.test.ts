import { describe, expect, test } from 'vitest';
import { bufferSource } from '../../../shared/range-source.ts';
import { odfMarkdown } from '../../../shared/text/office/odf.ts';
import { pptxMarkdown } from '../../../shared/text/office/pptx.ts';
import { archiveOf } from '../../fixtures/canvas/course.ts';
import { gathered, link, RELATIONSHIPS } from '../../fixtures/canvas/office.ts';

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

    expect(markdown).toBe('## One\n\n- a\n  - b\n\n## Slide 2\n\nA box\n');
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

describe('what is drawn on slides', () => {
  const deck = async (shapes: string, parts: Readonly<Record<string, string>> = {}): Promise<string> =>
    await gathered(
      pptxMarkdown(
        bufferSource(
          await archiveOf([
            [
              'ppt/presentation.xml',
              '<p:p xmlns:p="p" xmlns:r="r"><p:sldId r:id="s1"/><p:sldId r:id="s2"/></p:p>',
            ],
            [
              'ppt/_rels/presentation.xml.rels',
              RELATIONSHIPS(
                link('s1', 'slide', 'slides/slide1.xml') + link('s2', 'slide', 'slides/slide2.xml'),
              ),
            ],
            ['ppt/slides/slide1.xml', `<p:sld xmlns:p="p" xmlns:a="a" xmlns:r="r">${shapes}</p:sld>`],
            ['ppt/slides/slide2.xml', '<p:sld show="0"><a:p><a:r><a:t>answers</a:t></a:r></a:p></p:sld>'],
            [
              'ppt/slides/_rels/slide1.xml.rels',
              RELATIONSHIPS(
                link('d', 'diagramData', '../diagrams/data1.xml') +
                  link('c', 'chart', '../charts/chart1.xml'),
              ),
            ],
            ...Object.entries(parts),
          ]),
        ),
      ),
    );
  const END = '\n\n1 hidden slide is left out.\n';

  test('pictures with their description', async () => {
    const markdown = await deck('<p:pic><p:cNvPr id="1" name="x" descr="A cell"/></p:pic>');

    expect(markdown).toBe(`## Slide 1\n\n[Image: A cell]${END}`);
  });

  test('the words of diagrams', async () => {
    const point = (text: string): string =>
      `<dgm:pt><dgm:t><a:p><a:r><a:t>${text}</a:t></a:r></a:p></dgm:t></dgm:pt>`;

    const markdown = await deck('<dgm:relIds r:dm="d"/>', {
      'ppt/diagrams/data1.xml': `<dgm:dataModel>${point('Nucleus')}${point('')}${point('Wall')}</dgm:dataModel>`,
    });

    expect(markdown).toBe(`## Slide 1\n\n- Nucleus\n- Wall${END}`);
  });

  test('the numbers of charts', async () => {
    const points = (values: string[]): string =>
      values.map((value, at) => `<c:pt idx="${at}"><c:v>${value}</c:v></c:pt>`).join('');
    const series = (name: string, values: string[]): string =>
      `<c:ser><c:tx><c:v>${name}</c:v></c:tx><c:cat>${points(['Mon', 'Tue'])}</c:cat><c:val>${points(values)}</c:val></c:ser>`;

    const markdown = await deck('<c:chart r:id="c"/>', {
      'ppt/charts/chart1.xml': `<c:chartSpace><c:title><a:t>Loaves</a:t></c:title>${series('A', ['1', '2'])}${series('B', ['3'])}</c:chartSpace>`,
    });

    expect(markdown).toBe(
      `## Slide 1\n\n**Loaves**\n\n|  | A | B |\n| --- | --- | --- |\n| Mon | 1 | 3 |\n| Tue | 2 |  |${END}`,
    );
  });

  test('formulas, without the picture for old readers', async () => {
    const markdown = await deck(
      '<a:p><mc:AlternateContent><mc:Choice><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath></mc:Choice><mc:Fallback><a:r><a:t>12</a:t></a:r></mc:Fallback></mc:AlternateContent></a:p>',
    );

    expect(markdown).toBe(`## Slide 1\n\n$\\frac{1}{2}$${END}`);
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
      '- a\n  - b\n',
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
    [
      'cells that span',
      '<table:table><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>A</text:p></table:table-cell><table:covered-table-cell/></table:table-row><table:table-row><table:table-cell><text:p>1</text:p></table:table-cell><table:table-cell><text:p>2</text:p></table:table-cell></table:table-row></table:table>',
      '<table>\n<tr><td colspan="2">A</td></tr>\n<tr><td>1</td><td>2</td></tr>\n</table>\n',
    ],
    [
      'notes',
      '<text:p>a<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>the note</text:p></text:note-body></text:note> b</text:p>',
      'a[^1] b\n\n[^1]: the note\n',
    ],
    [
      'what pictures show',
      '<text:p>a <draw:frame><svg:desc>A cell</svg:desc></draw:frame></text:p>',
      'a [Image: A cell]\n',
    ],
    ['comments', '<text:p>a<office:annotation><text:p>no</text:p></office:annotation></text:p>', 'a\n'],
    ['slides', '<draw:page draw:name="First"><text:p>x</text:p></draw:page>', '## First\n\nx\n'],
  ])('%s', async (_, body, expected) => {
    const markdown = await converted(body);

    expect(markdown).toBe(expected);
  });
});
