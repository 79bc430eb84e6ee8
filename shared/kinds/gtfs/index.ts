import { defineKind, type Estimate, type Item } from '../../kind.ts';
import { type GtfsData, type GtfsOptions, gtfsData, gtfsOptions } from './item-data.ts';
import { WHOLE_TABLE_BYTES } from './limits.ts';

const MIB = 1024 * 1024;
/** A file of a feed, by its name in the archive's first local header. */
const FEED_FILE =
  /(^|[^a-z_])(agency|stops|stop_times|routes|trips|calendar|calendar_dates|shapes|feed_info|fare_attributes|fare_rules|transfers|frequencies)\.txt/i;

/** A GTFS feed: each table becomes typed Parquet, with a validation report. */
export const gtfs = defineKind<GtfsOptions, GtfsData>({
  name: 'gtfs',
  version: 1,
  title: 'GTFS feed to typed Parquet and a validation report',
  options: gtfsOptions,
  data: gtfsData,
  limits: {
    memoryMb: [256],
    timeoutSeconds: 300,
    // a table in UTF-16 is one item whatever its size: 100 million rows
    itemSeconds: 240,
    // as many slices of one table side by side as 3 million rows have
    concurrency: 60,
    scratchMb: 512,
    cluster: { items: 20, bytes: 64 * MIB, seconds: 20 },
  },
  isVersioned: true,
  facts: ({ data }) =>
    data.type === 'other'
      ? { feed: data.feed, name: data.name, why: data.why }
      : { feed: data.feed, folder: data.folder, table: data.table, file: data.file },
  accepts: (name, head) => /\.zip$/i.test(name) && FEED_FILE.test(Buffer.from(head).toString('latin1')),
  estimate,
  split: async () => (await import('./split.ts')).split,
  work: async () => await import('./work.ts'),
});

/** Node with the SDK, and the columns of a slice. */
const BASELINE_MB = 120;
const SLICE_MB = 40;

function estimate({ data }: Item<GtfsData>): Estimate {
  if (data.type === 'other') return { memoryMb: BASELINE_MB, seconds: 0.001 };
  // a slice is alone in its cluster, so that all of a table run side by side
  if (data.type === 'rows') return { memoryMb: BASELINE_MB + SLICE_MB, seconds: 20 };
  const isLong = data.member.bytes > WHOLE_TABLE_BYTES;
  return { memoryMb: BASELINE_MB + SLICE_MB, seconds: isLong ? 20 : 0.1 + data.member.bytes / MIB };
}
