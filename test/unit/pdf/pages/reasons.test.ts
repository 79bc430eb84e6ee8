/** What the quality bench says about the worst documents, and how it reads the held-out ones. */
import { describe, expect, it } from 'vitest';
import { convertByPeer } from '../../../bench/pdf-peers.ts';
import { parseDocument, readDocuments } from '../../../bench/pdf-quality/documents.ts';
import { headingReason, reasonsFor, tableReason, textReason } from '../../../bench/pdf-quality/reasons.ts';
import { isAsPromised, meanOf, toScore } from '../../../bench/pdf-quality/score.ts';
import { toHtml } from '../../../bench/pdf-quality/to-html.ts';
import { toMarkdown } from '../../../bench/pdf-quality/to-md.ts';

const TABLE = '| a | b |\n| --- | --- |\n| 1 | 2 |';

describe('reasons', () => {
  it.each([
    ['a missing table', `${TABLE}\n\n${TABLE.replace('1', '9')}`, TABLE, '1 of 2 tables missing (2)'],
    ['a false table', TABLE, `${TABLE}\n\nx\n\n${TABLE}`, '1 tables too many'],
    [
      'another shape',
      TABLE,
      '| a |\n| --- |\n| 1 |\n| 2 |',
      "table 1 has 1 columns instead of 2, 3 rows instead of 2, 1 wrong cells: 'b'",
    ],
    ['nothing', TABLE, TABLE, ''],
  ])('of tables: %s', (_name, reference, found, expected) => {
    expect(tableReason(reference, found)).toBe(expected);
  });

  it.each([
    ['missing', '# A\n\n## B\n\nx', '# A\n\nB x', "1 headings missing: 'B'"],
    ['false', '# A\n\nx', '# A\n\n## x', "1 false headings: 'x'"],
    ['level', '# A\n\n### B', '# A\n\n## B', "1 of another level ('B' 2 not 3)"],
    ['text', '# A\n\nx', '# A\n\ny', 'the text between the headings differs'],
  ])('of headings: %s', (_name, reference, found, expected) => {
    expect(headingReason(reference, found)).toBe(expected);
  });

  it('of text: words missing, too many, moved', () => {
    expect(textReason('one two three four', 'one two three')).toContain(
      "25.0 % of the words missing: 'four'",
    );
    expect(textReason('one two', 'one two three')).toBe("50.0 % too many: 'three'");
    expect(textReason('one two three', 'three one two')).toMatch(/^\d+\.\d % moved/);
  });

  it('names the lowest score first and none that is good', () => {
    const reference = `# Title\n\n${'some words of text '.repeat(20)}\n\n${TABLE}`;
    const found = reference.replace('# Title', 'Title').replaceAll('|', '');

    const reasons = reasonsFor(reference, found, toScore(reference, found));

    expect(reasons).toMatch(/^TEDS: 1 of 1 tables missing \(1\); MHS: 1 headings missing: 'Title'/);
    expect(reasonsFor(reference, reference, toScore(reference, reference))).toBe('nothing below 0.99');
  });
});

describe('the promise', () => {
  const good = { nid: 0.9, teds: undefined, mhs: 0.9 };

  it('is kept by means over the documents that a score applies to', () => {
    expect(meanOf([good, { ...good, teds: 0.8 }])).toMatchObject({ nid: 0.9, teds: 0.8, mhs: 0.9 });
    expect(isAsPromised([good])).toBe(true);
    expect(isAsPromised([{ ...good, mhs: 0.79 }])).toBe(false);
    expect(isAsPromised([{ nid: 0.84, teds: 0.84, mhs: 0.84 }])).toBe(false);
  });
});

describe('documents as files', () => {
  it.each([
    ['held-out', 20],
    ['unseen', 10],
  ] as const)('of %s are at least %i, each with a title', (set, least) => {
    const documents = readDocuments(set);

    expect(documents.length).toBeGreaterThanOrEqual(least);
    for (const document of documents) expect(toMarkdown(document)).toMatch(/^# \S/m);
  });

  it('keep lists, breaks, notes, code, spans and print settings', () => {
    const body = [
      '# T',
      'one\\\ntwo[^1] **b** *i* `c` [l](u)',
      '- a\n  1. b\n- c',
      '```\nx = 1\n\ny = 2\n```',
      '<table>\n<tr><th rowspan="2">a</th><th>b</th></tr>\n<tr><td>c</td></tr>\n</table>',
      '| `k` | v |\n| --- | --- |\n| 1 | 2 |',
      '[^1]: Note.',
    ].join('\n\n');

    const document = parseDocument('x', `---\ncss: 'p{color:red}'\ntables: grid\n---\n${body}\n`);

    expect(toMarkdown(document)).toBe(`${body}\n`);
    const html = toHtml(document);
    expect(html).toContain('p{color:red}');
    expect(html).toMatch(/<thead><tr>.*<\/tr>\n<tr>.*<\/thead>/);
  });

  it('say what is wrong with their settings', () => {
    expect(() => parseDocument('x', '---\ncss: a\ncolumns: 9\n---\n# T')).toThrow(/columns/);
  });
});

describe('convertByPeer', () => {
  const say = (text: string): string => `console.log('@@' + JSON.stringify({ path, text: '${text}' }));`;
  const peer = (code: string): string[] => [
    process.execPath,
    '-e',
    `for (const path of process.argv.slice(1)) { ${code} }`,
  ];

  it('goes on after a document on which the peer dies, and after one on which it hangs', async () => {
    const code = `if (path === 'dies') process.exit(1); if (path === 'hangs') while (true); ${say('ok')}`;

    const results = await convertByPeer(peer(code), ['a', 'dies', 'b', 'hangs', 'c'], 1_000);

    expect([...results.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('ends without results when the program is not there', async () => {
    expect((await convertByPeer(['no-such-program'], ['a', 'b'])).size).toBe(0);
  });
});
