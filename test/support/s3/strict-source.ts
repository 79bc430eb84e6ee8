import type { RangeSource } from '../../../shared/range-source.ts';

export interface StrictSource extends RangeSource {
  readonly ranges: readonly (readonly [start: number, end: number])[];
  readonly bytesRead: number;
}

/** A source that writes down every range and throws for one outside it, an empty one, or one that is no range at all. */
export function strictSource(bytes: Uint8Array): StrictSource {
  const ranges: [number, number][] = [];
  return {
    size: bytes.byteLength,
    ranges,
    get bytesRead() {
      return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
    },
    async read(start, end) {
      if (
        !(
          Number.isInteger(start) &&
          Number.isInteger(end) &&
          start >= 0 &&
          start < end &&
          end <= bytes.byteLength
        )
      )
        throw new Error(`read outside the source: ${start} to ${end} of ${bytes.byteLength}`);
      ranges.push([start, end]);
      return bytes.subarray(start, end);
    },
  };
}
