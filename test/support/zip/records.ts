/** The records of a zip, byte by byte and with any value: field offsets are those of APPNOTE 4.3. */
import { crc32 } from 'node:zlib';

export interface HeaderFields {
  readonly signature: number;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly name: string | Uint8Array;
  readonly extra: Uint8Array;
}

export interface CentralFields extends HeaderFields {
  readonly disk: number;
  readonly externalAttributes: number;
  readonly headerOffset: number;
  readonly comment: Uint8Array;
}

export interface EndFields {
  readonly signature: number;
  readonly disk: number;
  readonly directoryDisk: number;
  readonly countOnDisk: number;
  readonly count: number;
  readonly directorySize: number | bigint;
  readonly directoryStart: number | bigint;
}

export interface LocatorFields {
  readonly disk: number;
  readonly recordOffset: bigint;
  readonly disks: number;
}

/** A local file header (APPNOTE 4.3.7). */
export function localHeader(fields: Partial<HeaderFields>): Buffer {
  const name = Buffer.from(fields.name ?? '');
  const extra = Buffer.from(fields.extra ?? []);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(fields.signature ?? 0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  writeShared(header, 6, fields);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

/** A central directory record (APPNOTE 4.3.12). */
export function centralRecord(fields: Partial<CentralFields>): Buffer {
  const name = Buffer.from(fields.name ?? '');
  const extra = Buffer.from(fields.extra ?? []);
  const comment = Buffer.from(fields.comment ?? []);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(fields.signature ?? 0x02014b50, 0);
  header.writeUInt16LE(0x031e, 4);
  header.writeUInt16LE(20, 6);
  writeShared(header, 8, fields);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt16LE(comment.length, 32);
  header.writeUInt16LE(fields.disk ?? 0, 34);
  header.writeUInt32LE((fields.externalAttributes ?? 0) >>> 0, 38);
  header.writeUInt32LE(fields.headerOffset ?? 0, 42);
  return Buffer.concat([header, name, extra, comment]);
}

/** An extra field: id, size, data. */
export function extraField(id: number, data: Uint8Array): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16LE(id, 0);
  header.writeUInt16LE(data.length, 2);
  return Buffer.concat([header, data]);
}

/** A zip64 extra field (APPNOTE 4.5.3) with these values, in this order. */
export function zip64Extra(...values: readonly (number | bigint)[]): Buffer {
  return extraField(0x0001, Buffer.concat(values.map(uint64)));
}

/** An Info-ZIP Unicode path field (APPNOTE 4.6.9) made for the plain name `plain`. */
export function unicodeExtra(name: string, plain: string): Buffer {
  const head = Buffer.alloc(5, 1);
  head.writeUInt32LE(crc32(plain), 1);
  return extraField(0x7075, Buffer.concat([head, Buffer.from(name)]));
}

/** The end of central directory record (APPNOTE 4.3.16). */
export function endRecord(fields: EndFields, comment: Uint8Array = Buffer.alloc(0)): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(fields.signature, 0);
  record.writeUInt16LE(fields.disk, 4);
  record.writeUInt16LE(fields.directoryDisk, 6);
  record.writeUInt16LE(fields.countOnDisk, 8);
  record.writeUInt16LE(fields.count, 10);
  record.writeUInt32LE(Number(fields.directorySize), 12);
  record.writeUInt32LE(Number(fields.directoryStart), 16);
  record.writeUInt16LE(comment.length, 20);
  return Buffer.concat([record, comment]);
}

/** The zip64 end record (APPNOTE 4.3.14). */
export function zip64Record(fields: EndFields & { size: bigint }): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(fields.signature, 0);
  record.writeBigUInt64LE(fields.size, 4);
  record.writeUInt32LE(fields.disk, 16);
  record.writeUInt32LE(fields.directoryDisk, 20);
  const values = [fields.countOnDisk, fields.count, fields.directorySize, fields.directoryStart];
  Buffer.concat(values.map(uint64)).copy(record, 24);
  return record;
}

/** The zip64 locator (APPNOTE 4.3.15). */
export function locator({ disk, recordOffset, disks }: LocatorFields): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32LE(0x07064b50, 0);
  bytes.writeUInt32LE(disk, 4);
  bytes.writeBigUInt64LE(recordOffset, 8);
  bytes.writeUInt32LE(disks, 16);
  return bytes;
}

/** A data descriptor (APPNOTE 4.3.9), with or without its signature. */
export function descriptorBytes(
  fields: Pick<HeaderFields, 'crc32' | 'compressedBytes' | 'bytes'>,
  kind: 'signed' | 'bare',
) {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(fields.crc32, 4);
  bytes.writeUInt32LE(fields.compressedBytes, 8);
  bytes.writeUInt32LE(fields.bytes, 12);
  return kind === 'signed' ? bytes : bytes.subarray(4);
}

/** The fields that both headers have, in the same order: flags, method, time, date, CRC-32, sizes. */
function writeShared(header: Buffer, at: number, fields: Partial<HeaderFields>): void {
  header.writeUInt16LE(fields.flags ?? 0, at);
  header.writeUInt16LE(fields.method ?? 0, at + 2);
  header.writeUInt32LE(fields.crc32 ?? 0, at + 8);
  header.writeUInt32LE(fields.compressedBytes ?? 0, at + 12);
  header.writeUInt32LE(fields.bytes ?? 0, at + 16);
}

function uint64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
