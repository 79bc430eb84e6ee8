import { describe, expect, it } from 'vitest';
import { findTables } from '../../bench/pdf-quality/markdown-tables.ts';
import { mhs } from '../../bench/pdf-quality/mhs.ts';
import { indelSimilarity, nid } from '../../bench/pdf-quality/nid.ts';
import { teds } from '../../bench/pdf-quality/teds.ts';
import { type Tree, textDistance, treeDistance } from '../../bench/pdf-quality/tree-distance.ts';

const long = 'abcdefghij'.repeat(20);

describe('indelSimilarity', () => {
  it.each([
    ['', '', 1],
    ['abc', 'abc', 1],
    ['abc', 'xyz', 0],
    ['kitten', 'sitting', (2 * 4) / 13],
    ['lewenstein', 'levenshtein', (2 * 9) / 21],
    [long, `${long}x`, (2 * 200) / 401],
    [long, [...long].reverse().join(''), (2 * 39) / 400],
  ])('of %s and %s', (a, b, expected) => {
    expect(indelSimilarity(a, b)).toBeCloseTo(expected, 10);
  });
});

describe('nid', () => {
  it('looks through emphasis and white space, not through order', () => {
    expect(nid('one **two** three', 'one\n\ntwo   three')).toBe(1);
    expect(nid('one two three', 'three two one')).toBeLessThan(0.7);
  });

  it('takes a GitHub table and the same HTML table as equal', () => {
    const html = '<table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table>';

    expect(nid('| a | b |\n| - | - |\n| 1 | 2 |', html)).toBe(1);
  });
});

const tree = (label: string, ...children: Tree<string>[]): Tree<string> => ({ label, children });

describe('treeDistance', () => {
  const rename = (a: string, b: string): number => (a === b ? 0 : 1);

  it.each([
    ['equal trees', tree('a', tree('b')), tree('a', tree('b')), 0],
    ['a renamed leaf', tree('a', tree('b')), tree('a', tree('c')), 1],
    // The example of Zhang and Shasha's paper.
    [
      'a moved inner node',
      tree('f', tree('d', tree('a'), tree('c', tree('b'))), tree('e')),
      tree('f', tree('c', tree('d', tree('a'), tree('b'))), tree('e')),
      2,
    ],
    ['nothing in common', tree('a', tree('b'), tree('c')), tree('x'), 3],
  ])('of %s', (_name, a, b, expected) => {
    expect(treeDistance(a, b, rename)).toBe(expected);
  });
});

describe('textDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', '', 1],
    ['kitten', 'sitting', 3 / 7],
  ])('of %s and %s', (a, b, expected) => {
    expect(textDistance(a, b)).toBeCloseTo(expected, 10);
  });
});

describe('teds', () => {
  const table = '| a | b |\n| - | - |\n| 1 | 2 |';

  it.each([
    ['the same table', table, 1],
    // 7 nodes: table, 2 rows, 4 cells.
    ['one wrong cell', table.replace('2', '9'), 6 / 7],
    ['a missing row', '| a | b |\n| - | - |', 4 / 7],
    ['no table', 'a b 1 2', 0],
    ['a second, false table', `${table}\n\ntext\n\n${table}`, 1 / 2],
  ])('with %s', (_name, found, expected) => {
    expect(teds(table, found)).toBeCloseTo(expected, 10);
  });

  it('counts a wrong span as a wrong cell', () => {
    const merged = '<table><tr><td colspan="2">a</td></tr></table>';

    expect(teds(merged, merged.replace('colspan="2"', ''))).toBeCloseTo(2 / 3, 10);
  });

  it('does not apply to a reference without tables', () => {
    expect(teds('text', table)).toBeUndefined();
  });
});

describe('mhs', () => {
  const reference = '# A\n\none\n\n## B\n\ntwo';

  it.each([
    ['the same', reference, 1],
    // 5 nodes: the root, 2 headings, 2 contents.
    ['a wrong level', '# A\n\none\n\n### B\n\ntwo', 4 / 5],
    ['a heading missed', '# A\n\none B two', 1 - (2 + 6 / 9) / 5],
    ['a # in code', `${reference}\n\`\`\`\n# no\n\`\`\``, 1 - 3 / 6 / 5],
  ])('with %s', (_name, found, expected) => {
    expect(mhs(reference, found)).toBeCloseTo(expected, 1);
  });
});

describe('findTables', () => {
  it('reads escaped bars, breaks and spans', () => {
    expect(findTables('| a \\| b | c |\n|---|:-:|\n| x<br>y | |')).toMatchObject([
      [
        [{ text: 'a | b' }, { text: 'c' }],
        [{ text: 'x y' }, { text: '' }],
      ],
    ]);
    expect(findTables('<table><tr><th rowspan="2">a</th></tr></table>')).toMatchObject([[[{ rowspan: 2 }]]]);
  });
});
