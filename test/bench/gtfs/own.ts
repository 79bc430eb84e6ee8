/** Works through one feed in this process, and prints what it took as JSON: `own FEED FOLDER`. */
import { gtfs } from '../../../shared/kinds/gtfs/index.ts';
import { fileSource } from '../../../shared/range-source.ts';
import { runInProcess } from '../../support/kinds/run-in-process.ts';

const [feed = '', folder = ''] = process.argv.slice(2);
const source = await fileSource(feed);
const started = performance.now();
const { results } = await runInProcess(gtfs, { ...source, key: 'gtfs/feed/feed.zip' }, folder);
await source.close();
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    rows: results.reduce((sum, { detail }) => sum + Number(detail?.rows ?? 0), 0),
    cpuSeconds: (user + system) / 1e6,
    seconds: (performance.now() - started) / 1000,
    peakMb: process.resourceUsage().maxRSS / 1024,
  }),
);
