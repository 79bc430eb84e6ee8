import { createWriteStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, deflateRawSync } from 'node:zlib';

/** 1980-01-01 00:00 in MS-DOS form, the earliest that the format can say: the same folder gives the same bytes. */
const DOS_DATE = 0x0021;
const DOS_TIME = 0;
/** Bit 11: names are UTF-8 (APPNOTE 4.4.4). */
const UTF8_FLAG = 0x0800;
const DEFLATE = 8;

export interface ZipFile {
  readonly name: string;
  readonly content: Buffer;
}

/** Zips a small folder with deterministic bytes: sorted names, fixed dates. */
export async function zipFolder(folder: string, out: string): Promise<void> {
  await pipeline(Readable.from(zipOf(filesIn(folder))), createWriteStream(out));
}

/** A zip of the files in their order; each is held whole while it is written. */
export async function* zipOf(files: AsyncIterable<ZipFile> | Iterable<ZipFile>): AsyncGenerator<Buffer> {
  const directory: Buffer[] = [];
  let offset = 0;
  for await (const { name, content } of files) {
    const packed = deflateRawSync(content, { level: 9 });
    const path = Buffer.from(name);
    const fields = commonFields(content, packed, path);
    directory.push(centralHeader(fields, offset), path);
    const parts = [localHeader(fields), path, packed];
    offset += parts.reduce((sum, part) => sum + part.length, 0);
    yield* parts;
  }
  const bytes = directory.reduce((sum, part) => sum + part.length, 0);
  yield* directory;
  yield endRecord(directory.length / 2, bytes, offset);
}

async function* filesIn(folder: string): AsyncGenerator<ZipFile> {
  for (const name of await namesIn(folder))
    yield { name: name.split(sep).join('/'), content: await readFile(join(folder, name)) };
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((file) => join(file.parentPath, file.name).slice(folder.length + 1)).sort();
}

/** APPNOTE 4.3.7 and 4.3.12 share the fields from "version needed" to "extra field length". */
function commonFields(content: Buffer, packed: Buffer, path: Buffer): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(UTF8_FLAG, 2);
  fields.writeUInt16LE(DEFLATE, 4);
  fields.writeUInt16LE(DOS_TIME, 6);
  fields.writeUInt16LE(DOS_DATE, 8);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(path.length, 22);
  return fields;
}

function localHeader(fields: Buffer): Buffer {
  return Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields]);
}

function centralHeader(fields: Buffer, offset: number): Buffer {
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(offset, 10);
  return Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, tail]);
}

function endRecord(count: number, bytes: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.write('PK\x05\x06', 'latin1');
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(bytes, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}
