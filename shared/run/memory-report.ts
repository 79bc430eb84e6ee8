import * as z from 'zod';

/** What one memory size was used for: peaks of the function's RSS over clusters, and the size that would have held them. */
export const memoryReport = z.array(
  z.object({
    memoryMb: z.number(),
    clusters: z.number(),
    p50Mb: z.number(),
    p95Mb: z.number(),
    maxMb: z.number(),
    recommendedMb: z.number(),
  }),
);
export type MemoryReport = z.infer<typeof memoryReport>;
