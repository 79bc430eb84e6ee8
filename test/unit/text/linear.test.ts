import { expect, test } from 'vitest';
import { htmlToMarkdown } from '../../../shared/text/html.ts';

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

test.each(HTML)('HTML: twice the %s take about twice the time', (_, html) => {
  expectLinear((count) => htmlToMarkdown(html(count)).markdown.length);
});

/** CPU time of the faster of two runs for each length, so that what else the machine does is of no account. */
function expectLinear(run: (count: number) => unknown): void {
  const once = fastest(() => run(LENGTH));
  const twice = fastest(() => run(2 * LENGTH));

  expect(twice, `${2 * LENGTH} in ${twice} ms, ${LENGTH} in ${once} ms`).toBeLessThan(
    Math.max(once * MOST_GROWTH, NOISE_MS),
  );
}

function fastest(run: () => unknown): number {
  const times = [0, 1].map(() => {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}
