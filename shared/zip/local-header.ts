import { ZipError, type ZipErrorCode } from './errors.ts';
import { EXTRA_ZIP64, findExtra } from './extra-field.ts';
import { ENCRYPTION_FLAGS, type ZipMember } from './judge.ts';
import { type NameDecoder, type NamedHeader, readName, showName } from './name.ts';
import { toPath } from './path.ts';
import { MAX_UINT32 } from './zip64.ts';

const SIGNATURE = 0x04034b50; // APPNOTE 4.3.7
export const LOCAL_HEADER_BYTES = 30; // without name and extra data
const FLAG_DESCRIPTOR = 0x8; // bit 3: CRC and sizes follow the data and may be 0 here

export interface LocalHeader extends NamedHeader {
  /** Header, name and extra data: the member's data begins after them. */
  readonly length: number;
  readonly hasDescriptor: boolean;
  readonly method: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
}

/** How long the header is with name and extra data, from its first 30 bytes; undefined if it is none. */
export function localHeaderLength(bytes: Buffer): number | undefined {
  if (bytes.length < LOCAL_HEADER_BYTES || bytes.readUInt32LE(0) !== SIGNATURE) return undefined;
  return LOCAL_HEADER_BYTES + bytes.readUInt16LE(26) + bytes.readUInt16LE(28);
}

/** The header at the front of `bytes`; undefined if it is none or not whole. */
export function parseLocalHeader(bytes: Buffer): LocalHeader | undefined {
  const length = localHeaderLength(bytes);
  if (length === undefined || length > bytes.length) return undefined;
  const nameEnd = LOCAL_HEADER_BYTES + bytes.readUInt16LE(26);
  const flags = bytes.readUInt16LE(6);
  const extra = bytes.subarray(nameEnd, length);
  return {
    length,
    flags,
    hasDescriptor: (flags & FLAG_DESCRIPTOR) !== 0,
    method: bytes.readUInt16LE(8),
    crc32: bytes.readUInt32LE(14),
    rawName: bytes.subarray(LOCAL_HEADER_BYTES, nameEnd),
    extra,
    ...readSizes(bytes.readUInt32LE(22), bytes.readUInt32LE(18), extra),
  };
}

/** Local zip64 fields hold both sizes (APPNOTE 4.5.3). A missing one leaves the placeholder, which then fits no member. */
function readSizes(bytes: number, compressedBytes: number, extra: Buffer) {
  if (bytes !== MAX_UINT32 && compressedBytes !== MAX_UINT32) return { bytes, compressedBytes };
  const zip64 = findExtra(extra, EXTRA_ZIP64);
  if (zip64 === undefined || zip64.length < 16) return { bytes, compressedBytes };
  // Only compared with sizes of at most 2^48, so rounding above 2^53 makes nothing equal.
  return { bytes: Number(zip64.readBigUInt64LE(0)), compressedBytes: Number(zip64.readBigUInt64LE(8)) };
}

/** Throws ZipError (member) where the local header contradicts the directory. */
export function checkLocalHeader(header: LocalHeader, member: ZipMember, decode: NameDecoder): void {
  const { name, plainName } = readName(header, decode, member.headerOffset);
  const isSame = toPath(name) === member.name || (name === plainName && toPath(name) === member.plainName);
  if (!isSame) throw mismatch('LOCAL_NAME', member, showName(member.name), showName(name));
  if (header.method !== member.method) throw mismatch('LOCAL_METHOD', member, member.method, header.method);
  if (header.flags & ENCRYPTION_FLAGS)
    throw mismatch('LOCAL_FLAGS', member, 'not encrypted', `flags 0x${header.flags.toString(16)}`);
  for (const field of ['compressedBytes', 'bytes'] as const)
    if (differs(header, header[field], member[field]))
      throw mismatch('LOCAL_SIZE', member, `${field} ${member[field]}`, header[field]);
  if (differs(header, header.crc32, member.crc32))
    throw mismatch('LOCAL_CRC', member, hex(member.crc32), hex(header.crc32));
}

/** With a descriptor the header may say 0, for what was not known yet when it was written. */
function differs(header: LocalHeader, local: number, central: number): boolean {
  return local !== central && !(header.hasDescriptor && local === 0);
}

function mismatch(
  code: ZipErrorCode,
  { name, headerOffset }: ZipMember,
  expected: string | number,
  found: string | number,
): ZipError {
  return new ZipError(code, { member: showName(name), offset: headerOffset, expected, found });
}

/** A CRC-32 as it is usually written. */
export function hex(crc: number): string {
  return `0x${crc.toString(16).padStart(8, '0')}`;
}
