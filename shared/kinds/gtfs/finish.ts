import type { FinishContext, ItemResult } from '../../kind.ts';
import type { FeedView } from './feed/feed-view.ts';
import type { GtfsOptions } from './item-data.ts';
import { checkFeed } from './notices/check-feed.ts';
import { checkFiles } from './notices/check-files.ts';
import { checkReferences } from './notices/check-references.ts';
import { Notices } from './notices/notices.ts';
import { reportPath, statePath } from './output-paths.ts';
import { toDataset } from './report/dataset.ts';
import { toAthena, toDuckDb } from './report/ddl.ts';
import { toHtml } from './report/html.ts';
import { toReport } from './report/report.ts';
import { decodeState, type State } from './state/state.ts';

type Context = FinishContext<GtfsOptions>;

/** Checks what needs several tables, and writes each feed's report, its schema and how engines are told of it. */
export async function finish(context: Context): Promise<void> {
  const byFeed = new Map<string, ItemResult[]>();
  for await (const result of context.results()) {
    const name = String(result.detail?.feed ?? '');
    const results = byFeed.get(name) ?? [];
    results.push(result);
    byFeed.set(name, results);
  }
  for (const [name, results] of byFeed) await finishFeed(name, results, context);
}

async function finishFeed(name: string, results: readonly ItemResult[], context: Context): Promise<void> {
  const feed: FeedView = {
    name,
    results,
    tables: await readStates(name, results, context),
    today: context.startedAt,
  };
  const notices = new Notices();
  for (const { info } of feed.tables.values()) notices.merge(info.notices);
  checkFiles(feed, notices);
  checkReferences(feed, notices);
  checkFeed(feed, notices);
  const report = toReport(feed, notices);
  const dataset = toDataset(feed);
  const put = (file: string, body: string, type: string): Promise<void> =>
    context.put(reportPath(name, file), body, type);
  await put('report.json', `${JSON.stringify(report, null, 1)}\n`, 'application/json');
  await put('report.html', toHtml(feed, report), 'text/html; charset=utf-8');
  await put('dataset.json', `${JSON.stringify(dataset, null, 1)}\n`, 'application/json');
  await put('duckdb.sql', toDuckDb(dataset), 'application/sql');
  await put('athena.sql', toAthena(dataset), 'application/sql');
}

async function readStates(
  feed: string,
  results: readonly ItemResult[],
  { read }: Context,
): Promise<Map<string, State>> {
  const tables = new Map<string, State>();
  for (const { detail, outputs } of results) {
    const table = String(detail?.table ?? '');
    const output = outputs.find(({ path }) => path === statePath(feed, table));
    if (output) tables.set(table, decodeState(Buffer.concat(await Array.fromAsync(read(output)))));
  }
  return tables;
}
