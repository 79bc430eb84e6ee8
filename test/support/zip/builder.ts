/** Whole zips for tests: right ones unless told otherwise, since any field of any record can be given a wrong value. */
import { crc32, deflateRawSync } from 'node:zlib';
import {
  type CentralFields,
  centralRecord,
  descriptorBytes,
  type EndFields,
  endRecord,
  type HeaderFields,
  type LocatorFields,
  localHeader,
  locator,
  zip64Record,
} from './records.ts';

export interface MemberSpec {
  readonly name?: string | Uint8Array;
  readonly data?: string | Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  readonly extra?: Uint8Array;
  readonly externalAttributes?: number;
  /** The bytes in the archive, in place of what `method` makes of `data`. */
  readonly stored?: Uint8Array;
  /** Writes a data descriptor after the data, zeros in the local header, and flag bit 3. */
  readonly descriptor?: 'signed' | 'bare';
  /** Fields that only one of the two headers has. */
  readonly local?: Partial<HeaderFields>;
  readonly central?: Partial<CentralFields>;
  /** Bytes between the member before and this one, which no record lists. */
  readonly gap?: Uint8Array;
}

export interface ArchiveSpec {
  readonly members: readonly MemberSpec[];
  readonly comment?: Uint8Array;
  readonly end?: Partial<EndFields>;
  /** Writes the zip64 end record and locator, and placeholders in the plain end record. */
  readonly zip64?: {
    readonly end?: Partial<EndFields & { size: bigint }>;
    readonly locator?: Partial<LocatorFields>;
  };
  readonly suffix?: Uint8Array;
}

const FLAG_DESCRIPTOR = 0x8;
const FLAG_UTF8 = 0x800;
const REGULAR_FILE = 0o100644 * 0x10000;
const UINT16_PLACEHOLDER = 0xffff;
const UINT32_PLACEHOLDER = 0xffffffff;

/** The archive's bytes. */
export function buildZip(spec: ArchiveSpec): Buffer {
  const parts: Buffer[] = [];
  const records: Buffer[] = [];
  let offset = 0;
  for (const member of spec.members) {
    const gap = Buffer.from(member.gap ?? []);
    const { front, record } = buildMember(member, offset + gap.length);
    parts.push(gap, front);
    records.push(record);
    offset += gap.length + front.length;
  }
  const directory = Buffer.concat(records);
  const end = buildEnd(spec, { count: records.length, start: offset, size: directory.length });
  return Buffer.concat([...parts, directory, end, spec.suffix ?? Buffer.alloc(0)]);
}

/** Local header, data and descriptor of one member at `offset`, and its directory record. */
function buildMember(spec: MemberSpec, offset: number): { front: Buffer; record: Buffer } {
  const { data = '', method = 0, name = 'a.txt', flags = 0, extra = Buffer.alloc(0), descriptor } = spec;
  const { stored = method === 8 ? deflateRawSync(data) : Buffer.from(data) } = spec;
  const fields = {
    flags: flags | (descriptor === undefined ? 0 : FLAG_DESCRIPTOR) | utf8Flag(name),
    method,
    crc32: crc32(data),
    compressedBytes: stored.length,
    bytes: Buffer.byteLength(data),
    name,
    extra,
  };
  const deferred = descriptor === undefined ? {} : { crc32: 0, compressedBytes: 0, bytes: 0 };
  const tail = descriptor === undefined ? Buffer.alloc(0) : descriptorBytes(fields, descriptor);
  const { externalAttributes = REGULAR_FILE } = spec;
  return {
    front: Buffer.concat([localHeader({ ...fields, ...deferred, ...spec.local }), stored, tail]),
    record: centralRecord({ ...fields, externalAttributes, headerOffset: offset, ...spec.central }),
  };
}

/** The plain end record, before it the zip64 record and its locator if asked for. */
export function buildEnd(
  spec: Omit<ArchiveSpec, 'members'>,
  { count, start, size }: { count: number; start: number; size: number },
): Buffer {
  const right: EndFields = {
    signature: 0x06054b50,
    disk: 0,
    directoryDisk: 0,
    countOnDisk: count,
    count,
    directorySize: size,
    directoryStart: start,
  };
  if (spec.zip64 === undefined) return endRecord({ ...right, ...spec.end }, spec.comment);
  const placeholders = {
    countOnDisk: UINT16_PLACEHOLDER,
    count: UINT16_PLACEHOLDER,
    directorySize: UINT32_PLACEHOLDER,
    directoryStart: UINT32_PLACEHOLDER,
  };
  return Buffer.concat([
    zip64Record({ ...right, signature: 0x06064b50, size: 44n, ...spec.zip64.end }),
    locator({ disk: 0, recordOffset: BigInt(start + size), disks: 1, ...spec.zip64.locator }),
    endRecord({ ...right, ...placeholders, ...spec.end }, spec.comment),
  ]);
}

function utf8Flag(name: MemberSpec['name']): number {
  return typeof name === 'string' && Buffer.byteLength(name) > name.length ? FLAG_UTF8 : 0;
}
