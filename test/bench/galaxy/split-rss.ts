/** Runs split alone, in a process of its own: `split-rss.ts SERVER COLLECTION…` prints its RSS as versions go by, as JSON. */

import { galaxyOptions } from '../../../shared/kinds/galaxy/schema.ts';
import { split } from '../../../shared/kinds/galaxy/split.ts';
import { noObjects } from '../../support/kinds/no-objects.ts';
import { peakRssBytes } from '../../support/process/peak-rss.ts';

const EVERY = 100;
const MB = 1e6;

const [server = '', ...collections] = process.argv.slice(2);
const body = new TextEncoder().encode(`collections: [${collections.join(', ')}]\n`);
const items = split({
  source: {
    key: 'galaxy/bench/requirements.yml',
    size: body.length,
    read: async (start, end) => body.subarray(start, end),
  },
  options: galaxyOptions.parse({ server }),
  objects: noObjects,
  allowedHosts: [new URL(server).host],
  servers: async () => [],
  secret: async (name) => name,
  startedAt: new Date(),
  isUnchanged: () => false,
  leaveOut: () => undefined,
  companion: async () => undefined,
  previous: async function* () {
    // the first run
  },
});

const started = performance.now();
const samples: { versions: number; rssMb: number }[] = [];
let versions = 0;
for await (const { item } of items) {
  if (item.data.type !== 'version' || ++versions % EVERY !== 0) continue;
  samples.push({ versions, rssMb: Math.round(process.memoryUsage.rss() / MB) });
}
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ versions, seconds, samples, peakMb: Math.round(peakRssBytes() / MB) }));
