import type { Tail } from './end-record.ts';
import { ZipError, type ZipErrorWhere } from './errors.ts';
import { EXTRA_ZIP64, findExtra } from './extra-field.ts';
import type { ZipLimits } from './limits.ts';
import { showName } from './name.ts';
import { type RangeSource, readRange } from './range-source.ts';
import { MAX_UINT16, MAX_UINT32, readUInt64 } from './zip64.ts';

const RECORD_SIGNATURE = 0x02014b50; // APPNOTE 4.3.12
export const RECORD_BYTES = 46; // without name, extra data and comment

export interface Directory {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

/** One central directory record, its zip64 values in place. The buffers are views of the block that was read. */
export interface DirectoryRecord {
  readonly index: number;
  /** Where the record itself lies. */
  readonly offset: number;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly externalAttributes: number;
  readonly headerOffset: number;
  readonly rawName: Buffer;
  readonly extra: Buffer;
}

/** The directory in blocks, read at most once each as long as they fit the cache; the tail's part costs no request. */
export class DirectoryBlocks {
  readonly #source: RangeSource;
  readonly #directory: Directory;
  readonly #tail: Tail;
  readonly #blockBytes: number;
  readonly #cached: Buffer[] = [];
  #cacheLeft: number;

  constructor(source: RangeSource, directory: Directory, tail: Tail, limits: ZipLimits) {
    this.#source = source;
    this.#directory = directory;
    this.#tail = tail;
    this.#blockBytes = Math.min(limits.chunkBytes, limits.directoryCacheBytes);
    this.#cacheLeft = limits.directoryCacheBytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const { start, end } = this.#directory;
    const readEnd = Math.min(end, Math.max(start, this.#tail.start));
    for (let at = start, index = 0; at < readEnd; at += this.#blockBytes, index += 1)
      yield await this.#block(index, at, Math.min(at + this.#blockBytes, readEnd));
    if (end > readEnd) yield this.#tail.bytes.subarray(readEnd - this.#tail.start, end - this.#tail.start);
  }

  async #block(index: number, start: number, end: number): Promise<Buffer> {
    const cached = this.#cached[index];
    if (cached !== undefined) return cached;
    const block = await readRange(this.#source, start, end);
    // Only a gapless run from the front is kept, so the index is the block's number.
    if (index === this.#cached.length && block.length <= this.#cacheLeft) {
      this.#cached.push(block);
      this.#cacheLeft -= block.length;
    }
    return block;
  }
}

/** The records in order. Throws ZipError (archive) unless they fill the directory exactly. */
export async function* directoryRecords(
  blocks: AsyncIterable<Buffer>,
  directory: Directory,
): AsyncGenerator<DirectoryRecord> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = directory.start;
  let index = 0;
  for await (const block of blocks) {
    rest = rest.length === 0 ? block : Buffer.concat([rest, block]);
    let length = recordLength(rest, offset);
    while (length <= rest.length) {
      yield parseRecord(rest, offset, index);
      rest = rest.subarray(length);
      offset += length;
      index += 1;
      length = recordLength(rest, offset);
    }
  }
  if (rest.length > 0)
    throw new ZipError('DIRECTORY_RECORD_INVALID', {
      offset,
      expected: `a record within ${rest.length} bytes`,
      found: recordLength(rest, offset),
    });
  if (index !== directory.count)
    throw new ZipError('DIRECTORY_COUNT', { offset, expected: directory.count, found: index });
}

/** The record's whole length, or that of its fixed part as long as this is all that can be known. */
function recordLength(bytes: Buffer, offset: number): number {
  if (bytes.length < RECORD_BYTES) return RECORD_BYTES;
  if (bytes.readUInt32LE(0) !== RECORD_SIGNATURE)
    throw new ZipError('DIRECTORY_RECORD_INVALID', {
      offset,
      expected: 'PK\\x01\\x02',
      found: `0x${bytes.toString('hex', 0, 4)}`,
    });
  return RECORD_BYTES + bytes.readUInt16LE(28) + bytes.readUInt16LE(30) + bytes.readUInt16LE(32);
}

function parseRecord(bytes: Buffer, offset: number, index: number): DirectoryRecord {
  const nameEnd = RECORD_BYTES + bytes.readUInt16LE(28);
  const rawName = bytes.subarray(RECORD_BYTES, nameEnd);
  const extra = bytes.subarray(nameEnd, nameEnd + bytes.readUInt16LE(30));
  return {
    index,
    offset,
    flags: bytes.readUInt16LE(8),
    method: bytes.readUInt16LE(10),
    crc32: bytes.readUInt32LE(16),
    externalAttributes: bytes.readUInt32LE(38),
    rawName,
    extra,
    ...resolveSizes(bytes, extra, { offset, member: showName(rawName.toString('latin1', 0, 200)) }),
  };
}

/** Sizes and header offset; where they hold the placeholder, from the zip64 field, in its fixed order (APPNOTE 4.5.3). */
function resolveSizes(bytes: Buffer, extra: Buffer, where: ZipErrorWhere) {
  const disk = bytes.readUInt16LE(34);
  const plain = {
    bytes: bytes.readUInt32LE(24),
    compressedBytes: bytes.readUInt32LE(20),
    headerOffset: bytes.readUInt32LE(42),
  };
  if (disk !== 0 && disk !== MAX_UINT16)
    throw new ZipError('MULTI_DISK', { ...where, expected: 'disk 0', found: disk });
  return resolvePlaceholders(plain, extra, where);
}

/** `fields` with each placeholder replaced by the next 64-bit value of the zip64 field. */
export function resolvePlaceholders<T extends Record<string, number>>(
  fields: T,
  extra: Buffer,
  where: ZipErrorWhere,
): T {
  const names = Object.keys(fields).filter((name) => fields[name] === MAX_UINT32);
  if (names.length === 0) return fields;
  const zip64 = findExtra(extra, EXTRA_ZIP64);
  if (zip64 === undefined || zip64.length < 8 * names.length)
    throw new ZipError('ZIP64_FIELD_MISSING', {
      ...where,
      expected: `${8 * names.length} bytes for ${names.join(', ')}`,
      found: zip64?.length ?? 'no zip64 field',
    });
  const values = names.map((name, index) => [name, readUInt64(zip64, 8 * index, where)]);
  return { ...fields, ...Object.fromEntries(values) };
}
