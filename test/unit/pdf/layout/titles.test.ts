/** Headings that are no larger than the text, small capitals, and levels on known ladders of sizes. */
import { describe, expect, it } from 'vitest';
import { openPdf } from '../../../../shared/pdf/document.ts';
import type { Chunk, HeadingStyle } from '../../../../shared/pdf/layout/blocks.ts';
import { ladderLevels } from '../../../../shared/pdf/layout/size-ladders.ts';
import { markTitles } from '../../../../shared/pdf/layout/title-lines.ts';
import { convertPage } from '../../../../shared/pdf/page.ts';
import { collectProfile } from '../../../../shared/pdf/profile.ts';
import { resolveSmallCaps } from '../../../../shared/pdf/read/small-caps.ts';
import { type Face, lineText, toLine, type Word } from '../../../../shared/pdf/read/words.ts';
import { type TextAt, textLines, withFile, writePdf } from '../../../support/pdf/writer.ts';

const LONG = 'The survey covers eleven harbours on the northern coast, each of them visited twice between';

const paragraph = (y: number): TextAt[] => textLines([LONG, LONG, 'May and September.'], { x: 72, y });

async function toMarkdown(texts: readonly TextAt[], graphics = ''): Promise<string> {
  return await withFile(await writePdf([{ texts, graphics }]), async (path) => {
    const document = await openPdf(path);
    try {
      return (await convertPage(document, 1, collectProfile(document))).markdown;
    } finally {
      document.close();
    }
  });
}

describe('titles in the size of the text', () => {
  const italic = (text: string): TextAt => ({ text, x: 72, y: 150, font: 'Helvetica-Oblique' });

  it.each([
    ['an italic line over a paragraph', 'The tower as a house', true],
    ['a numbered one', '4.2.1 Header', true],
    ['a sentence', 'The tower is a house.', false],
    ['a caption', 'Figure 3 The tower', false],
    ['a list of names', 'A. Petrie, B. Quill', false],
    ['a line as wide as the text', LONG.slice(0, 80), false],
  ])('%s', async (_name, text, isTitle) => {
    const markdown = await toMarkdown([...paragraph(90), italic(text), ...paragraph(174)]);

    expect(markdown.includes(`# ${text}`)).toBe(isTitle);
  });

  it('takes an underlined line for one, but not if the rule is longer or apart', async () => {
    const texts = [...paragraph(90), { text: 'Section A', x: 72, y: 150 }, ...paragraph(174)];
    const rule = (y: number, width: number): string => `0.5 w 72 ${792 - y} m ${72 + width} ${792 - y} l S`;

    expect(await toMarkdown(texts, rule(151.5, 44))).toContain('# Section A');
    expect(await toMarkdown(texts, rule(151.5, 300))).not.toContain('#');
    expect(await toMarkdown(texts, rule(158, 44))).not.toContain('#');
  });

  it('takes one line of bold letters without a gap above for one', async () => {
    const [first, second] = [paragraph(90), paragraph(138)];
    const title: TextAt = { text: 'Where', x: 72, y: 126, font: 'Helvetica-Bold' };

    expect(await toMarkdown([...first, title, ...second])).toContain('# Where\n');
  });

  it('joins the lines of a bold title that are set far apart, if the first is full', async () => {
    const title = ['A title of so many words that it is as wide as the whole column', 'and goes on'];
    const bold = { x: 72, y: 60, size: 14, font: 'Helvetica-Bold' } as const;

    const joined = await toMarkdown([...textLines(title, bold, 30), ...paragraph(130)]);
    const apart = await toMarkdown([...textLines(['A title', 'Another'], bold, 30), ...paragraph(130)]);

    expect(joined).toContain(`# ${title.join(' ')}\n`);
    expect(apart).toContain('# A title\n\n# Another\n');
  });

  it('takes several sentences in large letters for a pull quote', async () => {
    const texts = [
      { text: 'Title', x: 72, y: 60, size: 20 },
      ...paragraph(90),
      { text: 'People think of the past. I wait for the next line.', x: 90, y: 150, size: 15 },
      ...paragraph(180),
    ];

    const headings = (await toMarkdown(texts)).match(/^#.*$/gm);

    expect(headings).toEqual(['# Title']);
  });
});

describe('markTitles', () => {
  const face: Face = { name: 'Serif', bold: false, italic: false, mono: false };
  const block = (text: string, y: number, x1: number): Chunk => {
    const box = { x0: 72, x1, y0: y, y1: y + 10, baseline: y + 8 };
    const line = toLine([{ ...box, text, size: 10, face, color: 0, joined: false, order: y }]);
    return { ...box, kind: 'text', lines: [line], textX: 72 };
  };
  const blocks = [block('Harbour website', 100, 150), block('Text below it.', 130, 400)];
  const rules = [{ x0: 72, x1: 150, y0: 109, y1: 109.5, color: 0, stroked: true }];

  it('takes an underlined link for no title', () => {
    const link = { x0: 72, x1: 150, y0: 99, y1: 111, uri: 'https://example.org' };

    expect(markTitles(blocks, { rules, links: [] }, 10)[0]).toMatchObject({ title: true });
    expect(markTitles(blocks, { rules, links: [link] }, 10)).toEqual(blocks);
  });
});

describe('resolveSmallCaps', () => {
  const face: Face = { name: 'Serif', bold: false, italic: false, mono: false };
  const word = (text: string, size: number, joined = false): Word => ({
    ...{ text, size, joined, face, x0: 0, x1: 10, y0: 0, y1: 10, baseline: 8, color: 0, order: 0 },
  });

  it.each([
    ['smaller capitals', [word('M', 12), word('INUTES', 9, true), word('OF', 9)], 'Minutes of'],
    ['letters mapped to them', [word('M', 12), word('inutes', 9, true), word('of', 9)], 'Minutes of'],
    ['with a number', [word('II.', 10), word('D', 10), word('ATA', 8, true)], 'II. Data'],
    ['a drop capital', [word('M', 40), word('INUTES', 9, true)], 'MINUTES'],
    ['an abbreviation set smaller', [word('the', 10), word('NASA', 8)], 'the NASA'],
    ['plain words', [word('The', 10), word('USA', 10)], 'The USA'],
  ])('%s', (_name, words, expected) => {
    expect(lineText({ words: resolveSmallCaps(words) })).toBe(expected);
  });

  it('gives the words the size of their capitals', () => {
    const words = resolveSmallCaps([word('M', 12), word('INUTES', 9, true), word('OF', 9)]);

    expect(words.map(({ size, smallCaps }) => [size, smallCaps])).toEqual([
      [12, true],
      [12, true],
    ]);
  });
});

describe('ladderLevels', () => {
  const style = (size: number, bold = true): HeadingStyle => ({ size, bold, italic: false });

  it.each([
    ['h1 and h3 of a browser', [style(24), style(14)], 12, [1, 3]],
    ['all of a browser', [style(18), style(13.5), style(10.5), style(9)], 9, [1, 2, 3, 4]],
    ['title and subsection of LaTeX', [style(17.5, false), style(12)], 10, [1, 3]],
    ['sizes of no ladder', [style(20), style(12)], 10, undefined],
    ['one more style beside the ladder', [style(24), style(16), style(14)], 12, undefined],
    ['a title and bold lines: no gap of two', [style(20), style(10)], 10, undefined],
    ['one style', [style(24)], 12, undefined],
    ['no title', [style(18), style(14)], 12, undefined],
  ])('%s', (_name, ranks, bodySize, expected) => {
    expect(ladderLevels(ranks, bodySize)).toEqual(expected);
  });
});
