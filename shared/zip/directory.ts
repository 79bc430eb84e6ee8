import { ZipError, type ZipErrorWhere } from './errors.ts';
import { EXTRA_ZIP64, findExtra } from './extra-field.ts';
import { showRawName } from './name.ts';
import { MAX_UINT16, MAX_UINT32, readUInt64 } from './zip64.ts';

const RECORD_SIGNATURE = 0x02014b50; // APPNOTE 4.3.12
export const RECORD_BYTES = 46; // without name, extra data and comment
const MAX_RECORD_BYTES = RECORD_BYTES + 3 * 0xffff;
const NOTHING = Buffer.alloc(0);

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

/**
 * The records in order, in one batch a block: a batch is to be used up before the next one is asked for. Throws ZipError (archive)
 * unless the records fill the directory exactly.
 */
export async function* directoryBatches(
  blocks: AsyncIterable<Buffer>,
  directory: Directory,
): AsyncGenerator<Iterable<DirectoryRecord>> {
  const reader = new RecordReader(directory);
  for await (const block of blocks) yield reader.push(block);
  reader.finish();
}

/** Cuts blocks into records. Between blocks it holds the front of the one record that goes on in the next block. */
class RecordReader {
  readonly #directory: Directory;
  #offset: number;
  #index = 0;
  #rest: Buffer = NOTHING;

  constructor(directory: Directory) {
    this.#directory = directory;
    this.#offset = directory.start;
  }

  *push(block: Buffer): Generator<DirectoryRecord> {
    let at = 0;
    if (this.#rest.length > 0) {
      const seam = Buffer.concat([this.#rest, block.subarray(0, MAX_RECORD_BYTES)]);
      at = recordLength(seam, 0, this.#offset) - this.#rest.length;
      this.#rest = seam;
      if (at > block.length) return;
      yield this.#parse(seam, 0);
    }
    let length = recordLength(block, at, this.#offset);
    while (at + length <= block.length) {
      yield this.#parse(block, at);
      at += length;
      length = recordLength(block, at, this.#offset);
    }
    this.#rest = block.subarray(at);
  }

  finish(): void {
    if (this.#rest.length > 0)
      throw new ZipError('DIRECTORY_RECORD_INVALID', {
        offset: this.#offset,
        expected: `a record within ${this.#rest.length} bytes`,
        found: recordLength(this.#rest, 0, this.#offset),
      });
    const { count } = this.#directory;
    if (this.#index !== count)
      throw new ZipError('DIRECTORY_COUNT', { offset: this.#offset, expected: count, found: this.#index });
  }

  #parse(bytes: Buffer, at: number): DirectoryRecord {
    const record = parseRecord(bytes, at, this.#offset, this.#index);
    this.#offset += recordLength(bytes, at, this.#offset);
    this.#index += 1;
    return record;
  }
}

/** The record's whole length, or that of its fixed part as long as this is all that can be known. */
function recordLength(bytes: Buffer, at: number, offset: number): number {
  if (bytes.length - at < RECORD_BYTES) return RECORD_BYTES;
  if (bytes.readUInt32LE(at) !== RECORD_SIGNATURE)
    throw new ZipError('DIRECTORY_RECORD_INVALID', {
      offset,
      expected: 'PK\\x01\\x02',
      found: `0x${bytes.toString('hex', at, at + 4)}`,
    });
  return (
    RECORD_BYTES + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  );
}

function parseRecord(bytes: Buffer, at: number, offset: number, index: number): DirectoryRecord {
  const nameEnd = at + RECORD_BYTES + bytes.readUInt16LE(at + 28);
  const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
  const record = {
    index,
    offset,
    flags: bytes.readUInt16LE(at + 8),
    method: bytes.readUInt16LE(at + 10),
    crc32: bytes.readUInt32LE(at + 16),
    compressedBytes: bytes.readUInt32LE(at + 20),
    bytes: bytes.readUInt32LE(at + 24),
    externalAttributes: bytes.readUInt32LE(at + 38),
    headerOffset: bytes.readUInt32LE(at + 42),
    rawName: bytes.subarray(at + RECORD_BYTES, nameEnd),
    extra: extraEnd === nameEnd ? NOTHING : bytes.subarray(nameEnd, extraEnd),
  };
  const disk = bytes.readUInt16LE(at + 34);
  if (disk !== 0 && disk !== MAX_UINT16)
    throw new ZipError('MULTI_DISK', { ...whereOf(record), expected: 'disk 0', found: disk });
  return hasPlaceholder(record) ? resolvePlaceholders(record) : record;
}

function hasPlaceholder({ bytes, compressedBytes, headerOffset }: DirectoryRecord): boolean {
  return bytes === MAX_UINT32 || compressedBytes === MAX_UINT32 || headerOffset === MAX_UINT32;
}

/** The record with each placeholder replaced by the next value of its zip64 field, in their fixed order (APPNOTE 4.5.3). */
function resolvePlaceholders(record: DirectoryRecord): DirectoryRecord {
  const fields = (['bytes', 'compressedBytes', 'headerOffset'] as const).filter(
    (field) => record[field] === MAX_UINT32,
  );
  const where = whereOf(record);
  const zip64 = findExtra(record.extra, EXTRA_ZIP64);
  if (zip64 === undefined || zip64.length < 8 * fields.length)
    throw new ZipError('ZIP64_FIELD_MISSING', {
      ...where,
      expected: `${8 * fields.length} bytes for ${fields.join(', ')}`,
      found: zip64?.length ?? 'no zip64 field',
    });
  const values = fields.map((field, index) => [field, readUInt64(zip64, 8 * index, where)]);
  return { ...record, ...Object.fromEntries(values) };
}

/** Where an error of the record as such lies. */
export function whereOf({ rawName, offset }: DirectoryRecord): ZipErrorWhere {
  return { member: showRawName(rawName), offset };
}
