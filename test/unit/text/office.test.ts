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
