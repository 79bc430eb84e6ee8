/** Has DuckDB turn the tables of a folder, unzipped, into Parquet as it guesses their types: `duckdb FOLDER`. One thread. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const [folder = ''] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
const started = performance.now();
let rows = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
  const to = join(folder, `${file}.parquet`);
  await connection.run(
    `copy (select * from read_csv('${join(folder, file)}')) to '${to}' (format parquet, codec zstd)`,
  );
  rows += Number((await connection.runAndReadAll(`select count(*) from '${to}'`)).getRows()[0]?.[0]);
}
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    rows,
    cpuSeconds: (user + system) / 1e6,
    seconds: (performance.now() - started) / 1000,
    peakMb: process.resourceUsage().maxRSS / 1024,
  }),
);
