import * as z from 'zod';

/** Of a sorted part. */
const sortedPart = z.object({
  /** Where each slice ends in its lines (bytes). */
  ends: z.array(z.number()),
  /** Of each cluster: the size of its function, and the highest peak of its items (MB). */
  peaks: z.array(z.tuple([z.number(), z.number()])),
});
export const sortedParts = z.array(sortedPart);
export type SortedPart = z.infer<typeof sortedPart>;

/** Of a published slice. */
const publishedSlice = z.object({
  /** Where each slice of paths ends in its lines (bytes). */
  ends: z.array(z.number()),
  items: z.object({ total: z.number(), ok: z.number(), failed: z.number(), unchanged: z.number() }),
  /** What expanded items took. */
  clusters: z.number(),
  groups: z.number(),
  /** Is there anything new for readers to see? */
  hasOutputs: z.boolean(),
  /** Paths of earlier runs that may have to go. */
  goes: z.number(),
});
export const publishedSlices = z.array(publishedSlice);
export type PublishedSlice = z.infer<typeof publishedSlice>;
