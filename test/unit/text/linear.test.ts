import { expect, test } from 'vitest';
import { bufferSource } from '../../../shared/range-source.ts';
import { htmlToMarkdown } from '../../../shared/text/html.ts';
import { docxMarkdown } from '../../../shared/text/office/docx.ts';
import { rtfMarkdown } from '../../../shared/text/office/rtf.ts';
import { csvMarkdown } from '../../../shared/text/rows-markdown.ts';
import { xmlMarkdown } from '../../../shared/text/xml-markdown.ts';
import { archiveOf } from '../../fixtures/canvas/course.ts';
import { gathered } from '../../fixtures/canvas/office.ts';

/** Of each construct; a quadratic one takes a second or more for twice as many. */
const LENGTH = 20_000;
/** What a construct may cost for twice its length; a quadratic one takes four times as much. */
const MOST_GROWTH = 3;
/** Below this, warming up and collecting garbage decide. */
const NOISE_MS = 300;

const HTML: readonly [string, (count: number) => string][] = [
  ['line breaks', (count) => `<p>${'<br>'.repeat(count)}`],
  ['line breaks with text', (count) => `<p>${'x<br>'.repeat(count)}`],
  ['empty lines in preformatted text', (count) => `<pre>${'\n'.repeat(count)}x</pre>`],
  ['backticks in preformatted text', (count) => `<pre>${'`\n'.repeat(count)}</pre>`],
  ['attributes', (count) => `<p ${Array.from({ length: count }, (_, at) => `a${at}=x`).join(' ')}>x`],
  ['equal attributes', (count) => `<p ${'a '.repeat(count)}>x`],
  [
    'blanks in an attribute',
    (count) => `<a href="${' '.repeat(count)}x" style="${'display '.repeat(count)}">x</a>`,
  ],
  ['blanks', (count) => `<p>a${'&nbsp;'.repeat(count)}b`],
  ['blanks in marks', (count) => `<b>a${'&nbsp;'.repeat(count)}</b>${' '.repeat(count)}x`],
  ['levels', (count) => '<div>'.repeat(count)],
  ['levels that close', (count) => `${'<div>'.repeat(count)}x${'</div>'.repeat(count)}`],
  ['end tags without a start', (count) => `${'<b>'.repeat(400)}${'</i>'.repeat(count)}`],
  ['forms', (count) => '<form>'.repeat(count)],
  ['marks', (count) => '<b>x<i>'.repeat(count)],
  ['marks and words', (count) => '<b>x</b>y<i>z</i>'.repeat(count)],
  ['links', (count) => '<a href="x">y</a> '.repeat(count)],
  ['lists in lists', (count) => '<ul><li>x'.repeat(count)],
  ['quotes in quotes', (count) => '<blockquote>x'.repeat(count)],
  ['numbered items', (count) => `<ol>${'<li>x</li>'.repeat(count)}</ol>`],
  ['rows', (count) => `<table>${'<tr><td>x</td><td>y</td></tr>'.repeat(count)}</table>`],
  ['rows with spans', (count) => `<table>${'<tr><td rowspan=2>x</td><td>y</td></tr>'.repeat(count)}</table>`],
  ['cells', (count) => `<table><tr>${'<td>x'.repeat(count)}</table>`],
  ['tables in tables', (count) => '<table><tr><th>x<td>'.repeat(count / 10)],
  ['formulas', (count) => '\\(x\\)'.repeat(count)],
  ['formulas without an end', (count) => '\\(x \\[ '.repeat(count)],
  ['brackets', (count) => '[a]('.repeat(count)],
  ['dashes', (count) => `<p>${'-'.repeat(count)}x`],
  ['hashes in a heading', (count) => `<h1>x${' #'.repeat(count)}x</h1>`],
  ['comments', (count) => '<!-- -->x'.repeat(count)],
  ['references', (count) => '&lt;&amp;lt;'.repeat(count)],
  ['tags that do not end', (count) => '<a '.repeat(count)],
  ['parts of a formula', (count) => `<math>${'<mrow><mi>x</mi></mrow>'.repeat(count)}</math>`],
];

const XML: readonly [string, (count: number) => string][] = [
  ['elements', (count) => '<a>x</a>'.repeat(count)],
  ['attributes', (count) => `<a ${Array.from({ length: count }, (_, at) => `a${at}="x"`).join(' ')}/>`],
  ['ampersands', (count) => '& '.repeat(count)],
  ['references', (count) => '&lt;&unknown;'.repeat(count)],
  ['marks of CDATA', (count) => '<![CDATA[x]]>'.repeat(count)],
  ['brackets', (count) => ']'.repeat(count)],
  ['end tags without a start', (count) => '</b>'.repeat(count)],
  ['lines', (count) => `x${'\n'.repeat(count)}x`],
  ['texts of HTML', (count) => '<t texttype="text/html">&lt;p&gt;x&lt;br&gt;</t>'.repeat(count / 10)],
];

const RTF: readonly [string, (count: number) => string][] = [
  ['groups', (count) => '{'.repeat(count)],
  ['groups that close', (count) => '{x}'.repeat(count)],
  ['words', (count) => '\\b x\\b0 y'.repeat(count)],
  ['bytes', (count) => "\\'e9".repeat(count)],
  ['signs', (count) => '\\u8364?'.repeat(count)],
  ['paragraphs', (count) => 'x\\par '.repeat(count)],
  ['line breaks', (count) => '\\line '.repeat(count)],
  ['blanks', (count) => `x${'\\~'.repeat(count)}y`],
  ['rows', (count) => '\\intbl x\\cell y\\cell\\row'.repeat(count / 2)],
  ['links', (count) => '{\\field{\\*\\fldinst HYPERLINK "x"}{\\fldrslt y}}'.repeat(count / 2)],
  ['notes', (count) => 'x{\\footnote y}\\par '.repeat(count / 2)],
];

const WORD: readonly [string, (count: number) => string][] = [
  ['runs', (count) => `<w:p>${numbered(count, (at) => `<w:r><w:t>${at}</w:t></w:r>`)}</w:p>`],
  [
    'styles',
    (count) =>
      `<w:p>${numbered(count / 4, (at) => `<w:r><w:rPr><w:b/></w:rPr><w:t>${at}</w:t></w:r><w:r><w:t>y</w:t></w:r>`)}</w:p>`,
  ],
  ['line breaks', (count) => `<w:p><w:r>${'<w:br/>'.repeat(count)}</w:r></w:p>`],
  ['blanks', (count) => `<w:p><w:r><w:t xml:space="preserve">x${'\u00a0'.repeat(count)}y</w:t></w:r></w:p>`],
  [
    'rows',
    (count) =>
      `<w:tbl>${'<w:tr><w:tc><w:p/></w:tc><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr>'.repeat(count / 8)}</w:tbl>`,
  ],
  ['fields', (count) => '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>'.repeat(count / 20)],
  [
    'parts of a formula',
    (count) => `<w:p><m:oMath>${'<m:r><m:t>x</m:t></m:r>'.repeat(count / 2)}</m:oMath></w:p>`,
  ],
];

/** Text that does not compress so well that the zip reader takes it for a bomb. */
function numbered(count: number, text: (at: string) => string): string {
  return Array.from({ length: count }, (_, at) => text(((at * 2_654_435_761) >>> 8).toString(36))).join('');
}

test.each(HTML)('HTML: twice the %s take about twice the time', async (_, html) => {
  await expectLinear((count) => htmlToMarkdown(html(count)).markdown.length);
});

test.each(XML)('XML: twice the %s take about twice the time', async (_, xml) => {
  await expectLinear((count) => gathered(xmlMarkdown(once(`<x>${xml(count)}</x>`))));
});

test.each(RTF)('RTF: twice the %s take about twice the time', async (_, rtf) => {
  await expectLinear((count) => gathered(rtfMarkdown(once(Buffer.from(`{\\rtf1 ${rtf(count)}}`)))));
});

test.each(WORD)('Word: twice the %s take about twice the time', async (_, body) => {
  await expectLinear(async (count) => {
    const archive = await archiveOf([['word/document.xml', `<w:document>${body(count)}</w:document>`]]);
    return await gathered(docxMarkdown(bufferSource(archive)));
  });
});

test('CSV: twice the quotes take about twice the time', async () => {
  await expectLinear((count) => gathered(csvMarkdown(once(`a,b\n${'"x""y",'.repeat(count)}`))));
});

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** CPU time of the faster of two runs for each length, so that what else the machine does is of no account. */
async function expectLinear(run: (count: number) => unknown): Promise<void> {
  const single = await fastest(() => run(LENGTH));
  const double = await fastest(() => run(2 * LENGTH));

  expect(double, `${2 * LENGTH} in ${double} ms, ${LENGTH} in ${single} ms`).toBeLessThan(
    Math.max(single * MOST_GROWTH, NOISE_MS),
  );
}

async function fastest(run: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let time = 0; time < 2; time += 1) {
    const start = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}
