import type { SourceObject } from '../../kind.ts';
import { readRange } from '../../range-source.ts';
import type { RowItem } from './row-items.ts';

/** Bytes between two rows that cost less to read than another request: S3 bills those. */
const GAP_BYTES = 64 * 1024;
/** Of one request; rows of a cluster have 8 MiB, and the bytes between them come on top. */
const RANGE_BYTES_MAX = 16 * 1024 * 1024;

interface Range {
  readonly start: number;
  end: number;
}

/** The rows of one cluster as they lie in the source, read by as few ranges as their places allow. */
export async function readRows(
  items: readonly RowItem[],
  source: SourceObject,
): Promise<(item: RowItem) => Buffer> {
  const ranges = toRanges(items);
  const chunks = new Map<Range, Buffer>();
  for (const range of ranges) chunks.set(range, await readRange(source, range.start, range.end));
  return (item) => {
    const { json, at: [start, length] = [0, 0], isReference } = item.data;
    if (json !== undefined) return Buffer.from(json);
    return isReference ? toReference(source, start, length) : findBytes(chunks, item);
  };
}

function findBytes(chunks: ReadonlyMap<Range, Buffer>, { id, data }: RowItem): Buffer {
  const [start, length] = data.at ?? [0, 0];
  const found = [...chunks].find(([range]) => range.start <= start && start + length <= range.end);
  if (!found) throw new Error(`expected the bytes of ${id}, found none`);
  const [range, bytes] = found;
  return bytes.subarray(start - range.start, start - range.start + length);
}

function toRanges(items: readonly RowItem[]): Range[] {
  const ranges: Range[] = [];
  for (const { data } of items) {
    if (!data.at || data.isReference) continue;
    const [start, length] = data.at;
    const last = ranges.at(-1);
    if (last && isNear(last, start, start + length)) last.end = start + length;
    else ranges.push({ start, end: start + length });
  }
  return ranges;
}

const isNear = (last: Range, start: number, end: number): boolean =>
  start >= last.end && start - last.end <= GAP_BYTES && end - last.start <= RANGE_BYTES_MAX;

/** Where the function finds a row that no call holds: `Range: bytes=<start>-<end>` of one version of one object. */
function toReference({ reference }: SourceObject, start: number, length: number): Buffer {
  return Buffer.from(JSON.stringify({ $reference: { ...reference, start, end: start + length - 1 } }));
}
