import { type RangeSource, readRange } from '../range-source.ts';
import { ZipError } from './errors.ts';

// APPNOTE 4.3.16, end of central directory record
const END_SIGNATURE = Buffer.from('PK\x05\x06', 'latin1');
export const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const ZIP64_END_BYTES = 20 + 56; // locator and zip64 end record, which lie right before it
/** Read whole: its headers then come along for free, and one range costs more time than so many bytes. */
const SMALL_ARCHIVE_BYTES = 4 * 1024;

/** The last bytes of the archive: read once, and used again for what of the directory and the headers lies in them. */
export interface Tail {
  readonly start: number;
  readonly bytes: Buffer;
}

/** The end record's fields as written; `0xffff` and `0xffffffff` may stand for a zip64 value. */
export interface EndRecord {
  readonly offset: number;
  readonly disk: number;
  readonly directoryDisk: number;
  readonly countOnDisk: number;
  readonly count: number;
  readonly directorySize: number;
  readonly directoryStart: number;
}

/**
 * Reads the end records: the last 98 bytes, which are enough without an archive comment; with one, all in which an end record
 * can lie. A small archive is read whole.
 */
export async function readTail(source: RangeSource): Promise<Tail> {
  const { size } = source;
  if (size < END_BYTES)
    throw new ZipError('END_RECORD_MISSING', { expected: `at least ${END_BYTES} bytes`, found: size });
  if (size <= SMALL_ARCHIVE_BYTES) return { start: 0, bytes: await readRange(source, 0, size) };
  const start = size - END_BYTES - ZIP64_END_BYTES;
  const tail = { start, bytes: await readRange(source, start, size) };
  const isPlain = tail.bytes.indexOf(END_SIGNATURE, ZIP64_END_BYTES) === ZIP64_END_BYTES;
  return isPlain && tail.bytes.readUInt16LE(ZIP64_END_BYTES + 20) === 0
    ? tail
    : await widenTail(source, tail);
}

/** The first byte at which an end record can lie, by the longest comment. */
export function firstEndOffset(sourceBytes: number): number {
  return Math.max(0, sourceBytes - END_BYTES - MAX_COMMENT_BYTES);
}

/** The tail with everything in which an end record, and the zip64 records before it, can lie. */
export async function widenTail(source: RangeSource, tail: Tail): Promise<Tail> {
  const start = Math.max(0, firstEndOffset(source.size) - ZIP64_END_BYTES);
  if (start >= tail.start) return tail;
  const front = await readRange(source, start, tail.start);
  return { start, bytes: Buffer.concat([front, tail.bytes]) };
}

/** A range of the archive, without a request where the tail holds it. */
export async function readThroughTail(
  source: RangeSource,
  tail: Tail,
  start: number,
  end: number,
): Promise<Buffer> {
  if (start >= tail.start) return tail.bytes.subarray(start - tail.start, end - tail.start);
  return readRange(source, start, end);
}

/**
 * The one end record whose comment ends with the file. A second one that fits, or a signature inside the comment, would make
 * readers that search from the other side see another archive.
 */
export function findEndRecord(tail: Tail): EndRecord {
  const { bytes } = tail;
  const positions = signaturePositions(bytes);
  const at = positions.find((position) => commentEnd(bytes, position) === bytes.length);
  if (at === undefined) throw noFit(tail, positions);
  const last = positions.at(-1) ?? at;
  if (last !== at)
    throw new ZipError('END_RECORD_SEVERAL', {
      offset: tail.start + last,
      expected: `only the one at ${tail.start + at}`,
    });
  return parseEndRecord(tail, at);
}

function signaturePositions(bytes: Buffer): number[] {
  const positions: number[] = [];
  const first = Math.max(0, bytes.length - END_BYTES - MAX_COMMENT_BYTES);
  let at = bytes.indexOf(END_SIGNATURE, first);
  while (at !== -1 && at <= bytes.length - END_BYTES) {
    positions.push(at);
    at = bytes.indexOf(END_SIGNATURE, at + 1);
  }
  return positions;
}

function commentEnd(bytes: Buffer, at: number): number {
  return at + END_BYTES + bytes.readUInt16LE(at + 20);
}

function noFit(tail: Tail, positions: readonly number[]): ZipError {
  const at = positions.at(-1);
  const fileEnd = tail.start + tail.bytes.length;
  if (at === undefined)
    return new ZipError('END_RECORD_MISSING', { expected: 'PK\\x05\\x06', offset: fileEnd });
  const end = commentEnd(tail.bytes, at) + tail.start;
  const code = end < fileEnd ? 'TRAILING_DATA' : 'COMMENT_CUT_OFF';
  return new ZipError(code, {
    offset: tail.start + at,
    expected: `the file to end at ${end}`,
    found: fileEnd,
  });
}

function parseEndRecord({ start, bytes }: Tail, at: number): EndRecord {
  return {
    offset: start + at,
    disk: bytes.readUInt16LE(at + 4),
    directoryDisk: bytes.readUInt16LE(at + 6),
    countOnDisk: bytes.readUInt16LE(at + 8),
    count: bytes.readUInt16LE(at + 10),
    directorySize: bytes.readUInt32LE(at + 12),
    directoryStart: bytes.readUInt32LE(at + 16),
  };
}
