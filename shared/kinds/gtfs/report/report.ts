import type { Json } from '../../../kind.ts';
import { arrayOf, type FeedView, HashSet, rowsOf, textOf } from '../feed/feed-view.ts';
import type { Notice, Notices } from '../notices/notices.ts';

/** In the shape of MobilityData's `report.json`, so that its readers read ours. */
export interface Report {
  readonly summary: {
    readonly validatorVersion: string;
    readonly validatedAt: string;
    readonly dateForValidation: string;
    readonly feedInfo: Readonly<Record<string, Json>>;
    readonly agencies: readonly { readonly name: string }[];
    readonly files: readonly string[];
    readonly counts: Readonly<Record<string, number>>;
    /** Ours: rows and rejects of each table. */
    readonly tables: readonly { readonly table: string; readonly rows: number; readonly rejects: number }[];
  };
  readonly notices: readonly Notice[];
}

export function toReport(feed: FeedView, notices: Notices): Report {
  const validatedAt = feed.today.toISOString();
  const tables = [...feed.tables.values()].map(({ info: { table, rows, rejects } }) => ({
    table,
    rows,
    rejects,
  }));
  return {
    summary: {
      validatorVersion: 'smallbatch gtfs 1',
      validatedAt,
      dateForValidation: validatedAt.slice(0, 10),
      feedInfo: { publisherName: textsOf(feed, 'feed_info', 'feed_publisher_name')[0] ?? '' },
      agencies: textsOf(feed, 'agency', 'agency_name').map((name) => ({ name })),
      files: [...feed.tables.values()].map(({ info }) => info.file).sort(),
      counts: {
        Agencies: rowsOf(feed, 'agency'),
        Blocks: new Set(
          Array.from(arrayOf(feed, 'trips', 'col.block_id')).filter((block) => !Number.isNaN(block)),
        ).size,
        Routes: rowsOf(feed, 'routes'),
        Shapes: new HashSet(arrayOf(feed, 'shapes', 'group.hash')).size,
        Stops: rowsOf(feed, 'stops'),
        Trips: rowsOf(feed, 'trips'),
      },
      tables: tables.sort((a, b) => (a.table < b.table ? -1 : 1)),
    },
    notices: notices.list(),
  };
}

/** The different texts of a column that is shown. */
function textsOf({ tables }: FeedView, table: string, column: string): string[] {
  const arrays = tables.get(table)?.arrays;
  const count = arrays?.get(`show.${column}.end`)?.length ?? 0;
  return Array.from({ length: count }, (_, index) => (arrays ? textOf(arrays, `show.${column}`, index) : ''));
}
