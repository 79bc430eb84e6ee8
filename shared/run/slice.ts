import { createHash } from 'node:crypto';

/**
 * A slice is a share of a run's items, by the hash of their ids: what belongs together (an item's new result, its last one) is in the
 * same slice, and no step holds more than one. Of half a kilobyte a line, this many take 2 MB.
 */
const SLICE_ITEMS = 4096;
/** Beyond 2 million items slices grow instead: each is read from every part. */
const SLICES_MAX = 512;

/** How many slices so many items have: a power of two, so that each slice lies within one of any smaller number of slices. */
export function toSlices(items: number): number {
  const wanted = Math.max(1, Math.ceil(items / SLICE_ITEMS));
  return Math.min(2 ** Math.ceil(Math.log2(wanted)), SLICES_MAX);
}

/** The slice that an id (or a path) is in, from 0. */
export function sliceOf(text: string, slices: number): number {
  if (slices === 1) return 0;
  const hash = createHash('sha256').update(text).digest().readUInt32BE(0);
  return Math.floor((hash / 2 ** 32) * slices);
}
