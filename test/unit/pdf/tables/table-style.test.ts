import { describe, expect, it } from 'vitest';
import { tableMarkdown } from '../../../../shared/pdf/markdown/table.ts';
import { toLine } from '../../../../shared/pdf/read/words.ts';
import { type Cell, toTable } from '../../../../shared/pdf/tables/table.ts';

const CONTEXT = { links: [], bars: [], notes: new Set<string>(), hyphenates: false };
const FACE = { name: 'Helvetica', bold: false, italic: false, mono: false };

function cell(text: string, colspan = 1, rowspan = 1): Cell {
  const box = { x0: 0, y0: 0, x1: 10, y1: 10 };
  const word = { ...box, text, baseline: 8, size: 10, face: FACE, color: 0, joined: false, order: 0 };
  return { lines: [toLine([word])], colspan, rowspan };
}

const plain = toTable([
  [cell('a'), cell('b')],
  [cell('1'), cell('2')],
]);
const merged = toTable([
  [cell('a', 2), cell('b', 1, 2)],
  [cell('1'), cell('2')],
  [cell('3'), cell('4', 2)],
]);

describe('tableMarkdown', () => {
  it.each([
    ['auto', plain, '| a | b |\n| --- | --- |\n| 1 | 2 |'],
    ['html', plain, '<table>\n<tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td>2</td></tr>\n</table>'],
    ['auto', merged, expect.stringContaining('<th colspan="2">a</th>')],
    ['github', merged, '| a |  | b |\n| --- | --- | --- |\n| 1 | 2 |  |\n| 3 | 4 |  |'],
  ] as const)('in the style %s', (style, table, expected) => {
    expect(tableMarkdown(table, CONTEXT, style)).toEqual(expected);
  });
});
