export const PARQUET_TYPE = 'application/vnd.apache.parquet';
export const STATE_TYPE = 'application/octet-stream';

/** Where a feed's outputs lie, below the run's own folder. */
const inFeed = (feed: string, path: string): string => (feed === '' ? path : `${feed}/${path}`);
const digits = (part: number): string => String(part).padStart(5, '0');

export const outputPath = (feed: string, table: string, part: number): string =>
  inFeed(feed, `${table}/part-${digits(part)}.parquet`);

export const rejectsPath = (feed: string, table: string, part: number): string =>
  inFeed(feed, `rejects/${table}-${digits(part)}.parquet`);

/** Engines leave out files and folders that begin with an underscore. */
export const statePath = (feed: string, table: string): string => inFeed(feed, `_state/${table}.bin`);
export const partStatePath = (feed: string, table: string, part: number): string =>
  inFeed(feed, `_state/${table}/${digits(part)}.bin`);

export const reportPath = (feed: string, file: string): string => inFeed(feed, file);
