import type { RangeSource } from '../range-source.ts';
import { type EndRecord, readThroughTail, type Tail } from './end-record.ts';
import { ZipError, type ZipErrorWhere } from './errors.ts';

export const MAX_UINT16 = 0xffff;
export const MAX_UINT32 = 0xffffffff;
/** 256 TiB: no store has an object of that size, and sums of such values stay exact in a double. */
const MAX_VALUE = 2n ** 48n;

const LOCATOR_SIGNATURE = 0x07064b50; // APPNOTE 4.3.15
const LOCATOR_BYTES = 20;
const RECORD_SIGNATURE = 0x06064b50; // APPNOTE 4.3.14
const RECORD_BYTES = 56;
const RECORD_SIZE_SKIPS = 12; // its own size field does not count the signature and itself

/** A 64-bit value as a number. It stays a BigInt until here: 2^53 + 1 would round without a word. */
export function readUInt64(bytes: Buffer, at: number, where: ZipErrorWhere): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > MAX_VALUE)
    throw new ZipError('VALUE_OUT_OF_RANGE', {
      ...where,
      expected: `at most ${MAX_VALUE}`,
      found: String(value),
    });
  return Number(value);
}

/** The end record with its zip64 values in place, and where the directory must end. */
export async function resolveZip64(
  source: RangeSource,
  tail: Tail,
  end: EndRecord,
): Promise<EndRecord & { readonly directoryEnd: number }> {
  const hasLocator = signatureAt(tail, end.offset - LOCATOR_BYTES) === LOCATOR_SIGNATURE;
  if (!hasLocator) {
    if (end.directorySize === MAX_UINT32 || end.directoryStart === MAX_UINT32)
      throw new ZipError('ZIP64_LOCATOR_INVALID', {
        offset: end.offset - LOCATOR_BYTES,
        found: 'no locator',
      });
    return { ...end, directoryEnd: end.offset };
  }
  // The four bytes can also be part of the last directory record (its comment); then nothing announces a zip64 value.
  if (!hasPlaceholder(end) && end.directoryStart + end.directorySize === end.offset)
    return { ...end, directoryEnd: end.offset };
  const offset = recordOffset(tail, end.offset - LOCATOR_BYTES);
  const bytes = await readThroughTail(source, tail, offset, offset + RECORD_BYTES);
  return { ...merge(end, parseRecord(bytes, offset, end.offset - LOCATOR_BYTES)), directoryEnd: offset };
}

function signatureAt(tail: Tail, offset: number): number | undefined {
  return offset < tail.start ? undefined : tail.bytes.readUInt32LE(offset - tail.start);
}

function hasPlaceholder(end: EndRecord): boolean {
  return (
    end.count === MAX_UINT16 ||
    end.countOnDisk === MAX_UINT16 ||
    end.directorySize === MAX_UINT32 ||
    end.directoryStart === MAX_UINT32
  );
}

function recordOffset(tail: Tail, locatorAt: number): number {
  const at = locatorAt - tail.start;
  const disk = tail.bytes.readUInt32LE(at + 4);
  const disks = tail.bytes.readUInt32LE(at + 16);
  if (disk !== 0 || disks > 1)
    throw new ZipError('MULTI_DISK', { offset: locatorAt, expected: 'one disk', found: disks });
  const offset = readUInt64(tail.bytes, at + 8, { offset: locatorAt });
  if (offset > locatorAt - RECORD_BYTES)
    throw new ZipError('ZIP64_LOCATOR_INVALID', {
      offset: locatorAt,
      expected: `a record before ${locatorAt - RECORD_BYTES}`,
      found: offset,
    });
  return offset;
}

function parseRecord(bytes: Buffer, offset: number, locatorAt: number): EndRecord {
  const invalid = (expected: string | number, found: string | number) =>
    new ZipError('ZIP64_RECORD_INVALID', { offset, expected, found });
  if (bytes.readUInt32LE(0) !== RECORD_SIGNATURE)
    throw invalid('PK\\x06\\x06', `0x${bytes.toString('hex', 0, 4)}`);
  const end = offset + RECORD_SIZE_SKIPS + readUInt64(bytes, 4, { offset: offset + 4 });
  if (end !== locatorAt) throw invalid(`its end at ${locatorAt}`, end);
  return {
    offset,
    disk: bytes.readUInt32LE(16),
    directoryDisk: bytes.readUInt32LE(20),
    countOnDisk: readUInt64(bytes, 24, { offset: offset + 24 }),
    count: readUInt64(bytes, 32, { offset: offset + 32 }),
    directorySize: readUInt64(bytes, 40, { offset: offset + 40 }),
    directoryStart: readUInt64(bytes, 48, { offset: offset + 48 }),
  };
}

/** Where the plain end record has a value of its own, it must be the same: else two readers see two archives. */
function merge(plain: EndRecord, zip64: EndRecord): EndRecord {
  const fields = [
    ['disk', MAX_UINT16],
    ['directoryDisk', MAX_UINT16],
    ['countOnDisk', MAX_UINT16],
    ['count', MAX_UINT16],
    ['directorySize', MAX_UINT32],
    ['directoryStart', MAX_UINT32],
  ] as const;
  for (const [field, placeholder] of fields)
    if (plain[field] !== placeholder && plain[field] !== zip64[field])
      throw new ZipError('ZIP64_RECORD_INVALID', {
        offset: zip64.offset,
        expected: `${field} ${plain[field]} as in the end record`,
        found: zip64[field],
      });
  return { ...zip64, offset: plain.offset };
}
