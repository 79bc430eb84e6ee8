import { defineKind } from '../../kind.ts';
import { type RowsData, type RowsOptions, rowsData, rowsOptions } from './schema.ts';

const MIB = 1024 * 1024;

/** Any list: each of its rows, a few at a time, to a function of its owner. */
export const rows = defineKind<RowsOptions, RowsData>({
  name: 'rows',
  version: 1,
  title: 'Rows of a list to your own function',
  options: rowsOptions,
  data: rowsData,
  limits: {
    // It waits: the work is done by the function that it calls. A request and an answer of 6 MiB each are held.
    memoryMb: [256],
    timeoutSeconds: 900,
    itemSeconds: 840,
    concurrency: 10,
    scratchMb: 512,
    cluster: { items: 5_000, bytes: 8 * MIB, seconds: 900, calls: 16 },
  },
  // The same list may be run again (what failed, a new function), and two runs of one list must not send the same rows at once.
  isLive: true,
  resultOptions: ({ function: name, version }) => ({ function: name, version }),
  facts: ({ data: { n, line } }) => (line === undefined ? { n } : { n, line }),
  accepts: (name, head) =>
    /\.(jsonl|ndjson|csv|tsv)(\.gz)?$|\.parquet$/i.test(name) || (/\.json$/i.test(name) && isList(head)),
  estimate: () => ({ memoryMb: 128, seconds: 0 }),
  split: async () => (await import('./split.ts')).split,
  work: async () => {
    const [{ callAll }, { finish }] = await Promise.all([import('./call-all.ts'), import('./finish.ts')]);
    return { process: () => Promise.reject(new Error('rows are called, not processed')), callAll, finish };
  },
});

/** An array, an object with an array or a count in it: what else is JSON is looked at by split. */
const isList = (head: Uint8Array): boolean => /^\s*[[{]/.test(new TextDecoder().decode(head));
