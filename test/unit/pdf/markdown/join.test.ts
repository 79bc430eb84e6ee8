import { describe, expect, it } from 'vitest';
import { joinPages } from '../../../../shared/pdf/markdown/join.ts';
import type { PageResult } from '../../../../shared/pdf/page-result.ts';

const textPage = (markdown: string, index: number): PageResult => ({
  page: index + 1,
  status: markdown === '' ? 'blank' : 'text',
  method: 'layout',
  confidence: 1,
  ms: 1,
  markdown,
});

async function join(results: readonly PageResult[]): Promise<string> {
  let text = '';
  for await (const chunk of joinPages(
    (async function* () {
      yield* results;
    })(),
  ))
    text += chunk;
  return text;
}

const joinTexts = (...pages: string[]): Promise<string> => join(pages.map(textPage));

const open = 'The committee met four times and agreed on a set of';

describe('joinPages', () => {
  it.each([
    ['nothing', [], ''],
    ['blank pages', ['', ''], ''],
    [
      'complete paragraphs',
      ['One sentence is here.', 'Another one.'],
      'One sentence is here.\n\nAnother one.\n',
    ],
    ['a sentence cut by the page', [open, 'eight recommendations.'], `${open} eight recommendations.\n`],
    ['a sentence over three pages', [open, open, 'eight.'], `${open} ${open} eight.\n`],
    ['a divided word', [`${open} recom\u00ad`, 'mendations.'], `${open} recommendations.\n`],
    ['a divided word at the very end', [`${open} recom\u00ad`], `${open} recom-\n`],
    ['a compound', [`${open} well-`, 'known rules.'], `${open} well-known rules.\n`],
    [
      'Chinese',
      ['这项调查覆盖了北部海岸的十一个港口'.repeat(3), '每个港口'],
      `${'这项调查覆盖了北部海岸的十一个港口'.repeat(3)}每个港口\n`,
    ],
    ['a heading after open text', [open, '# Next'], `${open}\n\n# Next\n`],
    ['a short last line', ['Contents', 'first part'], 'Contents\n\nfirst part\n'],
    ['a list', [open, '- a'], `${open}\n\n- a\n`],
    ['code', ['```\na\n```', '```\nb\n\nc\n```'], '```\na\nb\n\nc\n```\n'],
  ])('joins %s', async (_name, pages, expected) => {
    expect(await joinTexts(...pages)).toBe(expected);
  });

  it.each([
    ['at the head of the next page', [open, '![](a.png)\n\neight.'], `${open} eight.\n\n![](a.png)\n`],
    ['at the foot', [`${open}\n\n![](a.png)`, 'eight.'], `${open} eight.\n\n![](a.png)\n`],
    ['on a page of its own', [open, '![](a.png)', 'eight.'], `${open} eight.\n\n![](a.png)\n`],
    [
      'between complete paragraphs',
      ['One.\n\n![](a.png)', '![](b.png)\n\nTwo.'],
      'One.\n\n![](a.png)\n\n![](b.png)\n\nTwo.\n',
    ],
    ['and nothing else', ['![](a.png)', '![](b.png)'], '![](a.png)\n\n![](b.png)\n'],
  ])('cuts no sentence by a picture %s', async (_name, pages, expected) => {
    expect(await joinTexts(...pages)).toBe(expected);
  });

  it('puts the notes of a page after the paragraph that goes on', async () => {
    expect(await joinTexts(`${open}[^1]\n\n[^1]: A note.`.replace('[^1]\n', '\n'), 'eight.')).toBe(
      `${open} eight.\n\n[^1]: A note.\n`,
    );
  });

  const head = '| Name | Count |\n| --- | --- |';

  it.each([
    ['a table whose head repeats', `${head}\n| c | 3 |`, `${head}\n| a | 1 |\n| c | 3 |\n`],
    [
      'a table that goes on',
      '| c | 3 |\n| --- | --- |\n| d | 4 |',
      `${head}\n| a | 1 |\n| c | 3 |\n| d | 4 |\n`,
    ],
  ])('joins %s', async (_name, second, expected) => {
    expect(await joinTexts(`${head}\n| a | 1 |`, second)).toBe(expected);
  });

  it('joins a table over three pages', async () => {
    const page = (row: string): string => `${head}\n${row}`;

    expect(await joinTexts(page('| a | 1 |'), page('| b | 2 |'), page('| c | 3 |'))).toBe(
      `${head}\n| a | 1 |\n| b | 2 |\n| c | 3 |\n`,
    );
  });

  it.each([
    ['another width', '| a | b | c |\n| --- | --- | --- |\n| 1 | 2 | 3 |'],
    ['a head of its own', '| Port | Depth |\n| --- | --- |\n| x | 9 |'],
  ])('keeps a table of %s apart', async (_name, second) => {
    expect(await joinTexts(`${head}\n| a | 1 |`, second)).toBe(`${head}\n| a | 1 |\n\n${second}\n`);
  });

  it('marks a failed page where it is missing', async () => {
    const failed: PageResult = {
      page: 2,
      status: 'failed',
      method: 'none',
      confidence: 0,
      ms: 1,
      markdown: '',
      error: 'bad --> stream',
    };

    expect(await join([textPage('One.', 0), failed, textPage('Three.', 2)])).toBe(
      'One.\n\n<!-- page 2 could not be converted: bad - stream -->\n\nThree.\n',
    );
  });
});
