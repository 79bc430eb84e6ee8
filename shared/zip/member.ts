import { crc32 } from 'node:zlib';
import { type RangeSource, readRange } from '../range-source.ts';
import { ZipError } from './errors.ts';
import { inflate } from './inflate.ts';
import { METHOD_STORED, type ZipMember } from './judge.ts';
import { withDefaults, type ZipLimits } from './limits.ts';
import {
  checkLocalHeader,
  hex,
  LOCAL_HEADER_BYTES,
  localHeaderLength,
  parseLocalHeader,
} from './local-header.ts';
import { nameDecoder, showName } from './name.ts';

/** Local extra data is fetched with the header: times and ids of Info-ZIP take 28 bytes, a zip64 field 20. */
const USUAL_EXTRA_BYTES = 32;
/** A header with the longest name and extra data that 16-bit lengths allow. */
const MAX_HEADER_BYTES = LOCAL_HEADER_BYTES + 2 * 0xffff;

/**
 * One member's bytes, read in bounded ranges and inflated while they are used: a member that fits one chunk costs one range.
 * Throws ZipError (member) where header, data, real size or CRC-32 are not what the directory said. The bytes before the throw were
 * handed out already: what they are for must wait for the end.
 */
export async function* readMember(
  source: RangeSource,
  member: ZipMember,
  limits?: Partial<ZipLimits>,
): AsyncGenerator<Uint8Array> {
  const where = { member: showName(member.name), offset: member.headerOffset };
  const data = memberData(source, member, withDefaults(limits));
  const output = member.method === METHOD_STORED ? data : inflate(data, member.compressedBytes, where);
  let bytes = 0;
  let crc = 0;
  for await (const chunk of output) {
    bytes += chunk.byteLength;
    if (bytes > member.bytes)
      throw new ZipError('SIZE_MISMATCH', { ...where, expected: member.bytes, found: `at least ${bytes}` });
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if (bytes !== member.bytes)
    throw new ZipError('SIZE_MISMATCH', { ...where, expected: member.bytes, found: bytes });
  if (crc !== member.crc32)
    throw new ZipError('CRC_MISMATCH', { ...where, expected: hex(member.crc32), found: hex(crc) });
}

/** One member in memory, if it has at most `maxBytes`. Throws as `readMember` does. */
export async function readMemberWhole(
  source: RangeSource,
  member: ZipMember,
  maxBytes: number,
  limits?: Partial<ZipLimits>,
): Promise<Uint8Array> {
  if (member.bytes > maxBytes)
    throw new ZipError('MEMBER_TOO_LARGE', {
      member: showName(member.name),
      offset: member.headerOffset,
      expected: `at most ${maxBytes}`,
      found: member.bytes,
    });
  const whole = new Uint8Array(member.bytes);
  let at = 0;
  for await (const chunk of readMember(source, member, limits)) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** The member's data as it lies in the archive, after its local header has been checked. */
async function* memberData(
  source: RangeSource,
  member: ZipMember,
  limits: ZipLimits,
): AsyncGenerator<Uint8Array> {
  const { start, inHand } = await locateData(source, member, limits);
  if (inHand.length > 0) yield inHand;
  const dataEnd = start + member.compressedBytes;
  let at = start + inHand.length;
  while (at < dataEnd) {
    const end = Math.min(at + limits.chunkBytes, dataEnd);
    yield await readRange(source, at, end);
    at = end;
  }
}

/** Where the member's data begins, after its local header has been checked, and what came with that header. */
export async function locateData(
  source: RangeSource,
  member: ZipMember,
  { chunkBytes, nameCharset }: ZipLimits,
): Promise<{ readonly start: number; readonly inHand: Buffer }> {
  const front = await readFront(source, member, chunkBytes);
  const header = parseLocalHeader(front);
  if (header === undefined) throw noHeader(member, front);
  checkLocalHeader(header, member, nameDecoder(nameCharset));
  const inHand = front.subarray(header.length, header.length + member.compressedBytes);
  return { start: member.headerOffset + header.length, inHand };
}

/** The whole local header and the data that one chunk holds with it: one range, or two where the extra data is long. */
async function readFront(source: RangeSource, member: ZipMember, chunkBytes: number): Promise<Buffer> {
  const { headerOffset, compressedBytes } = member;
  const headerBytes = LOCAL_HEADER_BYTES + Buffer.byteLength(member.name) + USUAL_EXTRA_BYTES;
  const end = headerOffset + headerBytes + Math.min(compressedBytes, chunkBytes);
  if (headerOffset + LOCAL_HEADER_BYTES > source.size) throw outOfBounds(source, member, end);
  const front = await readRange(source, headerOffset, Math.min(end, source.size));
  const length = localHeaderLength(front);
  if (length === undefined) throw noHeader(member, front);
  const dataEnd = headerOffset + length + compressedBytes;
  if (dataEnd > source.size) throw outOfBounds(source, member, dataEnd);
  if (length <= front.length) return front;
  const at = headerOffset + front.length;
  const more = await readRange(source, at, Math.min(dataEnd, at + Math.max(chunkBytes, MAX_HEADER_BYTES)));
  return Buffer.concat([front, more]);
}

function noHeader(member: ZipMember, front: Buffer): ZipError {
  return new ZipError('LOCAL_HEADER_INVALID', {
    member: showName(member.name),
    offset: member.headerOffset,
    expected: 'PK\\x03\\x04',
    found: `0x${front.toString('hex', 0, 4)}`,
  });
}

function outOfBounds(source: RangeSource, member: ZipMember, end: number): ZipError {
  return new ZipError('OUT_OF_BOUNDS', {
    member: showName(member.name),
    offset: member.headerOffset,
    expected: `an end within ${source.size}`,
    found: end,
  });
}
