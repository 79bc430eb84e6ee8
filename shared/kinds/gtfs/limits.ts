import type { ZipLimits } from '../../zip/limits.ts';

const MIB = 1024 * 1024;

/**
 * Legal tables of equal rows come near to deflate's own ceiling of 1,032; what a feed may inflate to is bounded in all instead. The largest
 * feed known (2026) has 6 GB.
 */
export const GTFS_ZIP_LIMITS: Partial<ZipLimits> = { maxRatio: 1_100, maxTotalBytes: 32 * 1024 * MIB };

/** A table up to this is one item; a longer one is cut into slices. */
export const WHOLE_TABLE_BYTES = 4 * MIB;

/** A slice ends behind as many rows or bytes; one of stop times then takes a function 0.2 seconds and 30 MB. */
export const SLICE_ROWS = 50_000;
export const SLICE_BYTES = 8 * MIB;

/** A file of a table that is not sliced is closed behind as many rows, or bytes of texts. */
export const PART_ROWS = 100_000;
export const PART_TEXT_BYTES = 16 * MIB;
