import * as z from 'zod';
import { zipMemberSchema } from '../zip-entries.ts';

export const gtfsOptions = z.strictObject({});
export type GtfsOptions = z.infer<typeof gtfsOptions>;

const tableRef = z.object({
  /** Its folder among the outputs: empty, but where an archive has several feeds. */
  feed: z.string(),
  /** Where it lies in the archive; empty at its root. */
  folder: z.string(),
  table: z.string(),
  /** As it is named in the feed. */
  file: z.string(),
  member: zipMemberSchema,
});
export type TableRef = z.infer<typeof tableRef>;

const place = z.discriminatedUnion('type', [
  z.object({ type: z.literal('plain') }),
  z.object({ type: z.literal('header') }),
  z.object({ type: z.literal('stored'), bytesLeft: z.int(), isFinal: z.boolean() }),
  z.object({ type: z.literal('symbols'), header: z.string(), headerBits: z.int() }),
]);

const slice = z.object({
  dataStart: z.int(),
  checkpoint: z.object({ out: z.int(), bit: z.int(), place, window: z.string() }),
  from: z.int(),
  to: z.int(),
  dataEnd: z.int(),
});

export const gtfsData = z.discriminatedUnion('type', [
  tableRef.extend({ type: z.literal('table') }),
  /** Some rows of a table that is too long for one item. */
  tableRef.extend({
    type: z.literal('rows'),
    header: z.array(z.string()),
    headerNumber: z.int(),
    slice,
    /** The number of its first record in the file; the header is 1. */
    number: z.int(),
    part: z.int(),
  }),
  tableRef.extend({ type: z.literal('locations') }),
  /** What is no table of a feed: only named in the report. */
  z.object({
    type: z.literal('other'),
    feed: z.string(),
    name: z.string(),
    why: z.enum(['unknown_file', 'subfolder', 'broken']),
  }),
]);

export type GtfsData = z.infer<typeof gtfsData>;
export type RowsData = Extract<GtfsData, { type: 'rows' }>;
