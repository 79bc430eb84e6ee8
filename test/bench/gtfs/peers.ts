/** Other programs that read GTFS, at pinned versions in a folder of their own. One that can't be had fails the bench. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INSTALL_MS = 300_000;
const GTFS_PARQUET = 'gtfs-parquet==0.7.2';
const NODE_GTFS = 'gtfs@4.21.0';

/** A program and its arguments; it prints what it took as JSON on its last line. */
export interface Peer {
  readonly title: string;
  readonly command: readonly [program: string, ...args: readonly string[]];
}

/** Of PyPI: typed Parquet by Polars. */
const PYTHON = `
import json, os, pathlib, resource, sys, time
import gtfs_parquet, polars
feed, out = sys.argv[1:]
os.makedirs(out)
started = time.perf_counter()
gtfs_parquet.write_parquet(gtfs_parquet.parse_gtfs(feed), out)
seconds, cpu = time.perf_counter() - started, sum(os.times()[:2])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
files = pathlib.Path(out).rglob('*.parquet')
rows = sum(polars.scan_parquet(file).select(polars.len()).collect().item() for file in files)
print(json.dumps(dict(rows=rows, cpuSeconds=cpu, seconds=seconds, peakMb=peak)))`;

/** Of npm: an SQLite file. */
const NODE = `
const { importGtfs, openDb } = await import('gtfs');
const [feed, sqlitePath] = process.argv.slice(1);
const started = performance.now();
await importGtfs({ agencies: [{ path: feed }], sqlitePath, verbose: false });
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage();
const peakMb = process.resourceUsage().maxRSS / 1024;
const db = openDb({ sqlitePath });
const tables = db.prepare("select name from sqlite_master where type = 'table'").all();
const rows = tables.reduce((sum, { name }) => sum + db.prepare('select count(*) as n from "' + name + '"').get().n, 0);
console.log(JSON.stringify({ rows, cpuSeconds: (user + system) / 1e6, seconds, peakMb }));`;

/** @throws Error where a registry, or a program that installs, is missing */
export async function installPeers(feed: string, folder: string): Promise<readonly Peer[]> {
  const venv = join(folder, 'venv');
  const python = join(venv, 'bin', 'python');
  await run('python3', ['-m', 'venv', venv]);
  await run(python, ['-m', 'pip', 'install', '--quiet', GTFS_PARQUET], { timeout: INSTALL_MS });
  const node = join(folder, 'node');
  await mkdir(node);
  const install = ['install', '--prefix', node, '--ignore-scripts', '--no-audit', '--no-fund', NODE_GTFS];
  await run('npm', install, { timeout: INSTALL_MS });
  const program = ['--input-type=module', '--eval', NODE];
  return [
    { title: GTFS_PARQUET, command: [python, '-c', PYTHON, feed, join(folder, 'parquet')] },
    {
      title: NODE_GTFS,
      command: ['env', '-C', node, process.execPath, ...program, feed, join(folder, 'gtfs.sqlite')],
    },
  ];
}
