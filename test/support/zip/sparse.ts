import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { buildEnd } from './builder.ts';
import { centralRecord, localHeader, zip64Extra } from './records.ts';

const PLACEHOLDER = 0xffffffff;
/** A header of 30 bytes and a name of 24. */
const HEADER_BYTES = 54;
const RECORDS_AT_ONCE = 1_000;

export interface SparseSpec {
  readonly members: number;
  /** Zeros, which are holes in the file. */
  readonly bytesEach: number;
  /** Members whose local header is written: one for each that is to be read. A header in a hole of its own costs a disk block. */
  readonly readable: readonly number[];
}

/** A zip64 archive of stored zeros that takes little disk: 5 GB in about 10 MB. */
export async function writeSparseZip(path: string, spec: SparseSpec): Promise<void> {
  const file = await open(path, 'w');
  try {
    const fields = {
      bytes: spec.bytesEach,
      compressedBytes: spec.bytesEach,
      crc32: crc32(Buffer.alloc(spec.bytesEach)),
    };
    const spacing = HEADER_BYTES + spec.bytesEach;
    for (const index of spec.readable)
      await write(file, localHeader({ ...fields, name: sparseName(index) }), index * spacing);
    const start = spec.members * spacing;
    let end = start;
    for (let index = 0; index < spec.members; index += RECORDS_AT_ONCE) {
      const count = Math.min(RECORDS_AT_ONCE, spec.members - index);
      const records = Array.from({ length: count }, (_, at) => sparseRecord(index + at, spacing, fields));
      end += await write(file, Buffer.concat(records), end);
    }
    await write(file, buildEnd({ zip64: {} }, { count: spec.members, start, size: end - start }), end);
  } finally {
    await file.close();
  }
}

/** The name of one member: 24 bytes, in folders of 1,000. */
export function sparseName(index: number): string {
  return `d${String(Math.floor(index / 1_000)).padStart(6, '0')}/member-${String(index).padStart(6, '0')}.b`;
}

function sparseRecord(index: number, spacing: number, fields: object): Buffer {
  const offset = index * spacing;
  const name = sparseName(index);
  if (offset < PLACEHOLDER) return centralRecord({ ...fields, name, headerOffset: offset });
  return centralRecord({ ...fields, name, headerOffset: PLACEHOLDER, extra: zip64Extra(offset) });
}

async function write(file: FileHandle, bytes: Buffer, at: number): Promise<number> {
  const { bytesWritten } = await file.write(bytes, 0, bytes.length, at);
  return bytesWritten;
}
