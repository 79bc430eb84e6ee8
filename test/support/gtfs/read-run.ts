import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { gtfs } from '../../../shared/kinds/gtfs/index.ts';
import { bufferSource } from '../../../shared/range-source.ts';
import { type InProcessRun, runInProcess } from '../kinds/run-in-process.ts';

export interface OpenedFeed {
  /** The first column of what DuckDB answers, its views made by the run's own `duckdb.sql`. */
  query(sql: string): Promise<unknown[]>;
  /** Code → how often. */
  readonly notices: Readonly<Record<string, number>>;
}

export type GtfsRun = InProcessRun & OpenedFeed;

/** Runs a feed in this process, and reads its results as DuckDB does. */
export async function runFeed(archive: Uint8Array): Promise<GtfsRun> {
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-gtfs-'));
  const source = { ...bufferSource(archive), key: 'gtfs/feed/feed.zip' };
  const run = await runInProcess(gtfs, source, folder);
  return { ...run, ...(await openFeed(folder)) };
}

/** A run's results, as they lie in a folder. */
export async function openFeed(folder: string): Promise<OpenedFeed> {
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`set file_search_path='${folder}'`);
  await connection.run(readFileSync(join(folder, 'duckdb.sql'), 'utf8'));
  if (existsSync(join(folder, 'rejects')))
    await connection.run(`create view rejects as select * from read_parquet('${folder}/rejects/*.parquet')`);
  const report: { notices: { code: string; totalNotices: number }[] } = JSON.parse(
    readFileSync(join(folder, 'report.json'), 'utf8'),
  );
  return {
    notices: Object.fromEntries(report.notices.map(({ code, totalNotices }) => [code, totalNotices])),
    query: async (sql) => (await connection.runAndReadAll(sql)).getRowsJson().map(([value]) => value),
  };
}
