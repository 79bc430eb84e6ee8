/** Small pages through the whole conversion: what the layout makes of them. */
import { describe, expect, it } from 'vitest';
import { openPdf } from '../../../../shared/pdf/document.ts';
import { type PdfProfile, pdfProfileSchema } from '../../../../shared/pdf/facts-schema.ts';
import { joinPages } from '../../../../shared/pdf/markdown/join.ts';
import { convertPage } from '../../../../shared/pdf/page.ts';
import type { PageResult } from '../../../../shared/pdf/page-result.ts';
import { collectProfile } from '../../../../shared/pdf/profile.ts';
import { type PageSpec, type TextAt, textLines, withFile, writePdf } from '../../../support/pdf/writer.ts';

interface Whole {
  readonly markdown: string;
  readonly profile: PdfProfile;
}

async function convert(pages: readonly PageSpec[]): Promise<Whole> {
  return await withFile(await writePdf(pages), async (path) => {
    const document = await openPdf(path);
    try {
      const profile = collectProfile(document);
      const results = (async function* (): AsyncIterable<PageResult> {
        for (let page = 1; page <= document.pages; page += 1)
          yield await convertPage(document, page, profile);
      })();
      let markdown = '';
      for await (const chunk of joinPages(results)) markdown += chunk;
      return { markdown, profile };
    } finally {
      document.close();
    }
  });
}

const toText = async (texts: readonly TextAt[], graphics = ''): Promise<string> =>
  (await convert([{ texts, graphics }])).markdown;

const PARAGRAPH = [
  'The survey covers eleven harbours on the northern coast, each of them visited twice between',
  'May and September. Every measurement was repeated at low and at high tide, and the larger of',
  'the two values was kept for the report.',
];

/** Ruling lines from x to x and y to y, y from the top. */
const line = (x0: number, y0: number, x1: number, y1: number): string =>
  `${x0} ${792 - y0} m ${x1} ${792 - y1} l S`;

function grid(xs: readonly number[], ys: readonly number[]): string {
  const [left = 0, right = 0] = [xs[0], xs.at(-1)];
  const [top = 0, bottom = 0] = [ys[0], ys.at(-1)];
  return [...ys.map((y) => line(left, y, right, y)), ...xs.map((x) => line(x, top, x, bottom))].join('\n');
}

describe('paragraphs and headings', () => {
  it('joins the lines of a paragraph and parts paragraphs at a gap', async () => {
    const texts = [...textLines(PARAGRAPH, { x: 72, y: 100 }), ...textLines(PARAGRAPH, { x: 72, y: 160 })];

    expect(await toText(texts)).toBe(`${PARAGRAPH.join(' ')}\n\n${PARAGRAPH.join(' ')}\n`);
  });

  it('parts paragraphs at an indent without a gap', async () => {
    const [first = '', ...rest] = PARAGRAPH;
    const paragraph = (y: number): TextAt[] => [
      { text: first, x: 90, y },
      ...textLines(rest, { x: 72, y: y + 12 }),
    ];

    const markdown = await toText([...paragraph(100), ...paragraph(136)]);

    expect(markdown.split('\n\n')).toHaveLength(2);
  });

  it('ranks headings by their size over the document', async () => {
    const texts = [
      { text: 'Harbours', x: 72, y: 60, size: 20 },
      { text: 'Method', x: 72, y: 90, size: 14 },
      ...textLines(PARAGRAPH, { x: 72, y: 120 }),
      { text: 'Samples', x: 72, y: 180, font: 'Helvetica-Bold' as const },
      ...textLines(PARAGRAPH, { x: 72, y: 200 }),
      { text: 'Results', x: 72, y: 270, size: 14 },
      ...textLines(PARAGRAPH, { x: 72, y: 300 }),
    ];

    const markdown = await toText(texts);

    expect(markdown.match(/^#+ .*$/gm)).toEqual(['# Harbours', '## Method', '### Samples', '## Results']);
  });

  it('makes no heading of a page in one size', async () => {
    expect(await toText(textLines(PARAGRAPH, { x: 72, y: 100, size: 18 }, 24))).not.toContain('#');
  });

  it('escapes what Markdown would take as markup', async () => {
    const texts = textLines(['# not a heading', '2 * 3 * 4 <b> [a](b)', '1. no list'], { x: 72, y: 100 }, 40);

    const markdown = await toText(texts.slice(0, 2));

    expect(markdown).toBe('\\# not a heading\n\n2 \\* 3 \\* 4 &lt;b> [a\\](b)\n');
  });
});

describe('columns', () => {
  it('reads the left column before the right one, and a title over both first', async () => {
    const column = (name: string, x: number): TextAt[] =>
      textLines(
        Array.from({ length: 12 }, (_, index) => `${name} line ${index} with some more words in it`),
        { x, y: 120, size: 9 },
      );
    const title = {
      text: 'A title over both of the columns of this page, set wide',
      x: 100,
      y: 80,
      size: 16,
    };

    const markdown = await toText([title, ...column('Left', 60), ...column('Right', 320)]);

    expect(markdown.indexOf('# A title')).toBe(0);
    expect(markdown.indexOf('Left line 11')).toBeLessThan(markdown.indexOf('Right line 0'));
    expect(markdown).not.toContain('|');
  });
});

describe('lists', () => {
  it('nests items by where their text begins', async () => {
    const markdown = await toText([
      { text: '- first item', x: 80, y: 100 },
      { text: '- nested item', x: 110, y: 114 },
      { text: '- second item', x: 80, y: 128 },
    ]);

    expect(markdown).toBe('- first item\n  - nested item\n- second item\n');
  });

  it('keeps numbers, and the wrapped lines of an item', async () => {
    const markdown = await toText([
      { text: '3.', x: 80, y: 100 },
      ...textLines(PARAGRAPH.slice(0, 2), { x: 98, y: 100 }),
      { text: '4.', x: 80, y: 126 },
      { text: 'Lock the door', x: 98, y: 126 },
    ]);

    expect(markdown).toBe(`3. ${PARAGRAPH.slice(0, 2).join(' ')}\n4. Lock the door\n`);
  });

  it('takes a small filled square before a line as its bullet', async () => {
    const texts = textLines(['one thing', 'another thing'], { x: 90, y: 100 }, 14);
    const bullets = [100, 114].map((y) => `78 ${792 - y + 2} 3 3 re f`).join('\n');

    expect(await toText(texts, bullets)).toBe('- one thing\n- another thing\n');
  });

  it('takes initials for no marker', async () => {
    expect(await toText([{ text: 'W. P. Carey founded the school', x: 72, y: 100 }])).toBe(
      'W. P. Carey founded the school\n',
    );
  });
});

describe('code', () => {
  it('keeps indents and blank lines of monospaced text', async () => {
    const code = textLines(['def f(x):', '    if x:', '        return 1'], {
      x: 72,
      y: 160,
      font: 'Courier',
    });

    const markdown = await toText([...textLines(PARAGRAPH, { x: 72, y: 100 }), ...code]);

    expect(markdown).toContain('```\ndef f(x):\n    if x:\n        return 1\n```');
  });
});

const CELLS = [
  ['Name', 'Count', 'Note'],
  ['Aldermoor', '12', 'ok'],
  ['Brightsea', '7', 'late'],
  ['Carrow', '31', 'new'],
];

const tableTexts = (xs: readonly number[], y: number, leading = 20): TextAt[] =>
  CELLS.flatMap((row, index) =>
    row.map((text, column) => ({ text, x: xs[column] ?? 0, y: y + index * leading })),
  );

const TABLE =
  '| Name | Count | Note |\n| --- | --- | --- |\n| Aldermoor | 12 | ok |\n| Brightsea | 7 | late |\n| Carrow | 31 | new |\n';

describe('tables', () => {
  it('with ruling lines', async () => {
    const lines = grid([70, 170, 270, 370], [86, 106, 126, 146, 166]);

    expect(await toText(tableTexts([76, 176, 276], 100), lines)).toBe(TABLE);
  });

  it('with lines above and below', async () => {
    const lines = [86, 106, 166].map((y) => line(70, y, 370, y)).join('\n');

    expect(await toText(tableTexts([76, 176, 276], 100), lines)).toBe(TABLE);
  });

  it('without lines', async () => {
    expect(await toText(tableTexts([76, 176, 276], 100))).toBe(TABLE);
  });

  it('with the head above the ruled part', async () => {
    const lines = grid([70, 170, 270, 370], [106, 126, 146, 166]);

    expect(await toText(tableTexts([76, 176, 276], 100), lines)).toBe(TABLE);
  });

  it('with merged cells, as HTML', async () => {
    const lines = [
      grid([70, 170, 270], [106, 126]),
      line(70, 86, 270, 86),
      line(70, 86, 70, 106),
      line(270, 86, 270, 106),
    ].join('\n');
    const texts = [
      { text: 'Both', x: 150, y: 100 },
      { text: 'left', x: 76, y: 120 },
      { text: 'right', x: 176, y: 120 },
    ];

    expect(await toText(texts, lines)).toBe(
      '<table>\n<tr><th colspan="2">Both</th></tr>\n<tr><td>left</td><td>right</td></tr>\n</table>\n',
    );
  });

  it('over two pages, the head repeated', async () => {
    const page = {
      texts: tableTexts([76, 176, 276], 100),
      graphics: grid([70, 170, 270, 370], [86, 106, 126, 146, 166]),
    };
    const rows = TABLE.trimEnd().split('\n').slice(2).join('\n');

    const { markdown } = await convert([page, page]);

    expect(markdown).toBe(`${TABLE}${rows}\n`);
  });

  it('but not from a frame around text', async () => {
    const markdown = await toText(textLines(PARAGRAPH, { x: 76, y: 100 }), grid([70, 560], [86, 140]));

    expect(markdown).toBe(`${PARAGRAPH.join(' ')}\n`);
  });
});

describe('running heads', () => {
  const pages = Array.from({ length: 6 }, (_, index) => ({
    texts: [
      { text: `Harbour report, page ${index + 1}`, x: 72, y: 40, size: 8 },
      ...textLines(PARAGRAPH, { x: 72, y: 200 }),
      { text: String(index + 1), x: 300, y: 760 },
    ],
  }));

  it('are left out, and page numbers with them', async () => {
    const { markdown, profile } = await convert(pages);

    expect(markdown).not.toMatch(/Harbour report|\n\d\n/);
    expect(markdown.split('The survey covers')).toHaveLength(pages.length + 1);
    expect(profile.running).toEqual(['head:harbour report, page #', 'foot:#']);
  });

  it('stay where they do not repeat', async () => {
    expect((await convert(pages.slice(0, 1))).markdown).toContain('Harbour report');
  });
});

describe('notes', () => {
  it('become footnotes, and their numbers references', async () => {
    const markdown = await toText([
      { text: 'A sentence with a note', x: 72, y: 100 },
      { text: '1', x: 177, y: 96, size: 6 },
      ...textLines(PARAGRAPH, { x: 72, y: 130 }),
      { text: '1', x: 72, y: 697, size: 5 },
      { text: 'The text of the note, in small print.', x: 76, y: 700, size: 8 },
    ]);

    expect(markdown).toContain('A sentence with a note[^1]\n');
    expect(markdown).toContain('\n\n[^1]: The text of the note, in small print.\n');
  });
});

describe('collectProfile', () => {
  it('is small JSON that its schema accepts', async () => {
    const { profile } = await convert([{ texts: textLines(PARAGRAPH, { x: 72, y: 100 }) }]);

    expect(pdfProfileSchema.parse(JSON.parse(JSON.stringify(profile)))).toEqual(profile);
  });
});

describe('convertPage', () => {
  it('fails a page of too many words alone: the others are converted, their styles known', async () => {
    const chapter = (title: string): PageSpec => ({
      texts: [{ text: title, x: 72, y: 72, size: 20 }, ...textLines(PARAGRAPH, { x: 72, y: 110 })],
    });
    const flood = { texts: [{ text: 'a '.repeat(60_001), x: 0, y: 300, size: 0.001 }] };

    const { markdown } = await convert([chapter('Harbours'), flood, chapter('Winds')]);

    expect(markdown.match(/^# (Harbours|Winds)$/gm)).toHaveLength(2);
    expect(markdown).toContain('page 2 could not be converted: the page has over 60000 words');
  });

  it('gives a page that does not exist as failed, not as an exception', async () => {
    const result = await withFile(await writePdf([{ texts: [] }]), async (path) => {
      const document = await openPdf(path);
      try {
        return await convertPage(document, 9, collectProfile(document));
      } finally {
        document.close();
      }
    });

    expect(result).toMatchObject({ page: 9, status: 'failed', markdown: '', error: expect.any(String) });
  });

  it('says that an empty page is blank', async () => {
    expect((await convert([{ texts: [] }])).markdown).toBe('');
  });
});
