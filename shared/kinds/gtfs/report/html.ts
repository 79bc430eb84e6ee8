import type { FeedView } from '../feed/feed-view.ts';
import type { Notice, Sample } from '../notices/notices.ts';
import { toMap } from './map.ts';
import type { Report } from './report.ts';

/** Samples of a notice that the page shows; `report.json` has more. */
const SHOWN = 10;
const ORDER = { ERROR: 0, WARNING: 1, INFO: 2 } as const;
const TITLES = { ERROR: 'Errors', WARNING: 'Warnings', INFO: 'Notes' } as const;

const STYLE = `:root{color-scheme:light dark;--ink:#1d2733;--paper:#fff;--line:#d8dee6;--soft:#f4f6f9;--error:#b3261e;--warning:#9a6700;--info:#3b6ea5}
@media(prefers-color-scheme:dark){:root{--ink:#e4e9f0;--paper:#14181d;--line:#333c47;--soft:#1c2229;--error:#ff8a80;--warning:#e3b341;--info:#8ab8ee}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:960px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0 0 .2rem}h2{font-size:1.2rem;margin:2rem 0 .5rem}.note{opacity:.75;margin:.2rem 0}
.tiles{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0}.tile{background:var(--soft);border-radius:8px;padding:.6rem 1rem}.tile b{display:block;font-size:1.3rem;font-variant-numeric:tabular-nums}
svg{width:100%;height:auto;background:var(--soft);border-radius:8px}.shape{fill:none;stroke:var(--info);stroke-width:1;stroke-opacity:.45;stroke-linejoin:round}.stop{fill:none;stroke:var(--ink);stroke-width:2.2;stroke-linecap:round}
table{border-collapse:collapse;width:100%;font-size:.9rem}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
details{border:1px solid var(--line);border-radius:8px;margin:.5rem 0;padding:.4rem .8rem}summary{cursor:pointer}summary b{font-family:ui-monospace,monospace;font-weight:600}.scroll{overflow-x:auto}
.ERROR{border-left:4px solid var(--error)}.WARNING{border-left:4px solid var(--warning)}.INFO{border-left:4px solid var(--info)}`;

/** One page that says what is in a feed and what is wrong with it; it loads nothing. */
export function toHtml(feed: FeedView, report: Report): string {
  const { summary } = report;
  const title =
    summary.agencies.length > 0
      ? summary.agencies
          .slice(0, 3)
          .map(({ name }) => name)
          .join(', ')
      : 'GTFS feed';
  const more = summary.agencies.length > 3 ? ` and ${summary.agencies.length - 3} more` : '';
  const map = toMap(feed);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${toText(title)}: feed report</title><style>${STYLE}</style></head>
<body><h1>${toText(title)}${more}</h1><p class="note">Checked on ${toText(summary.dateForValidation)}${feed.name === '' ? '' : `, folder ${toText(feed.name)}`}</p>
<div class="tiles">${Object.entries(summary.counts)
    .map(([name, count]) => tile(name, count))
    .join('')}</div>
${map === '' ? '' : `<h2>Map</h2>${map}`}
<h2>Tables</h2>${tablesOf(report)}
${noticesOf(report.notices)}
</body></html>
`;
}

const tile = (name: string, count: number): string =>
  `<div class="tile"><b>${count.toLocaleString('en')}</b>${toText(name)}</div>`;

function tablesOf({ summary: { tables } }: Report): string {
  const rows = tables.map(
    ({ table, rows, rejects }) =>
      `<tr><td>${toText(table)}</td><td class="n">${rows.toLocaleString('en')}</td><td class="n">${rejects.toLocaleString('en')}</td></tr>`,
  );
  return `<div class="scroll"><table><tr><th>Table</th><th class="n">Rows</th><th class="n">Rejects</th></tr>${rows.join('')}</table></div>`;
}

function noticesOf(notices: readonly Notice[]): string {
  if (notices.length === 0) return '<h2>Notices</h2><p>Nothing to tell.</p>';
  const sorted = notices.toSorted(
    (a, b) => ORDER[a.severity] - ORDER[b.severity] || b.totalNotices - a.totalNotices,
  );
  return (['ERROR', 'WARNING', 'INFO'] as const)
    .map((severity) => ({ severity, own: sorted.filter((notice) => notice.severity === severity) }))
    .filter(({ own }) => own.length > 0)
    .map(({ severity, own }) => `<h2>${TITLES[severity]}</h2>${own.map(noticeOf).join('')}`)
    .join('\n');
}

function noticeOf({ code, severity, totalNotices, sampleNotices }: Notice): string {
  const shown = sampleNotices.slice(0, SHOWN);
  const names = [...new Set(shown.flatMap((sample) => Object.keys(sample)))];
  const head = names.map((name) => `<th>${toText(name)}</th>`).join('');
  const body = shown
    .map((sample) => `<tr>${names.map((name) => `<td>${cell(sample, name)}</td>`).join('')}</tr>`)
    .join('');
  const rest =
    totalNotices > shown.length
      ? `<p class="note">${shown.length} of ${totalNotices.toLocaleString('en')} shown.</p>`
      : '';
  return `<details class="${severity}"><summary><b>${code}</b> ${totalNotices.toLocaleString('en')}</summary><div class="scroll"><table><tr>${head}</tr>${body}</table></div>${rest}</details>`;
}

const cell = (sample: Sample, name: string): string => toText(String(sample[name] ?? ''));

function toText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
