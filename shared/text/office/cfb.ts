import type { RangeSource } from '../../range-source.ts';
import { invalid } from './package.ts';

/** [MS-CFB] 2.2: the signature that begins every compound file. */
const SIGNATURE = 'd0cf11e0a1b11ae1';
const HEADER_BYTES = 512;
const DIRECTORY_ENTRY_BYTES = 128;
/** Sectors above this number are marks: free, end of chain, allocation tables. */
const MAX_SECTOR = 0xfffffffa;
/** Entries of the directory: Word and PowerPoint write 10 to 50, embedded objects add more. */
const MAX_ENTRIES = 20_000;
/** One stream is held whole; text of a document of 1,000 pages takes 2 MB, but PowerPoint keeps pictures elsewhere. */
const MAX_STREAM_BYTES = 64 * 1024 * 1024;

interface Entry {
  readonly start: number;
  readonly size: number;
}

/** A compound file ([MS-CFB]), the container of .doc and .ppt; only sectors that are asked for are read. */
export interface CompoundFile {
  has(name: string): boolean;
  /** A stream of the root storage, whole. Throws TEXT_INVALID where it is missing, cut off or over 64 MiB. */
  stream(name: string): Promise<Buffer>;
}

export async function openCompoundFile(source: RangeSource): Promise<CompoundFile> {
  const header = await readAt(source, 0, HEADER_BYTES);
  if (header.toString('hex', 0, 8) !== SIGNATURE) throw invalid('no compound file signature');
  const sectors = new Sectors(source, header);
  await sectors.readTable();
  const directory = await sectors.chain(header.readUInt32LE(48), MAX_ENTRIES * DIRECTORY_ENTRY_BYTES);
  const entries = entriesOf(directory);
  const root = entries.get('Root Entry');
  const mini = root === undefined ? Buffer.alloc(0) : await sectors.chain(root.start, root.size);
  const miniTable = await sectors.chain(header.readUInt32LE(60), header.readUInt32LE(64) * sectors.size);
  const cutoff = header.readUInt32LE(56);
  return {
    has: (name) => entries.has(name),
    async stream(name) {
      const entry = entries.get(name);
      if (entry === undefined) throw invalid(`no stream "${name}"`);
      if (entry.size > MAX_STREAM_BYTES) throw invalid(`stream "${name}" has ${entry.size} bytes`);
      const bytes =
        entry.size < cutoff
          ? miniChain(mini, miniTable, entry)
          : await sectors.chain(entry.start, entry.size);
      return bytes.subarray(0, entry.size);
    },
  };
}

class Sectors {
  readonly size: number;
  readonly #source: RangeSource;
  readonly #header: Buffer;
  #table = Buffer.alloc(0);

  constructor(source: RangeSource, header: Buffer) {
    const shift = header.readUInt16LE(30);
    if (shift !== 9 && shift !== 12) throw invalid(`sector shift ${shift}, expected 9 or 12`);
    this.size = 2 ** shift;
    this.#source = source;
    this.#header = header;
  }

  /** The sector allocation table lies in sectors that the header and its DIFAT chain list ([MS-CFB] 2.5). */
  async readTable(): Promise<void> {
    const count = this.#header.readUInt32LE(44);
    if (count * this.size > this.#source.size)
      throw invalid(`${count} allocation sectors in ${this.#source.size} bytes`);
    const numbers = numbersIn(this.#header.subarray(76));
    let next = this.#header.readUInt32LE(68);
    while (next < MAX_SECTOR && numbers.length < count) {
      const more = numbersIn(await this.#read(next));
      next = more.pop() ?? MAX_SECTOR;
      numbers.push(...more);
    }
    const parts: Buffer[] = [];
    for (const number of numbers.slice(0, count))
      if (number < MAX_SECTOR) parts.push(await this.#read(number));
    this.#table = Buffer.concat(parts);
  }

  /** A chain of sectors, up to `bytes` of it. A chain can't be longer than the file: one that is goes in circles. */
  async chain(start: number, bytes: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let length = 0;
    const limit = Math.min(bytes, this.#source.size, MAX_STREAM_BYTES);
    for (
      let sector = start;
      sector < MAX_SECTOR && length < limit;
      sector = nextSector(this.#table, sector)
    ) {
      const part = await this.#read(sector);
      parts.push(part);
      length += part.length;
    }
    return Buffer.concat(parts);
  }

  #read(sector: number): Promise<Buffer> {
    return readAt(this.#source, (sector + 1) * this.size, this.size);
  }
}

function miniChain(mini: Buffer, table: Buffer, { start, size }: Entry): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  for (let sector = start; sector < MAX_SECTOR && length < size; sector = nextSector(table, sector)) {
    const part = mini.subarray(sector * MINI_SECTOR_BYTES, (sector + 1) * MINI_SECTOR_BYTES);
    if (part.length === 0) throw invalid('a chain leaves the mini stream');
    parts.push(part);
    length += part.length;
  }
  return Buffer.concat(parts);
}

const MINI_SECTOR_BYTES = 64;

function nextSector(table: Buffer, sector: number): number {
  if (sector * 4 + 4 > table.length) throw invalid('a chain leaves the allocation table');
  return table.readUInt32LE(sector * 4);
}

function entriesOf(directory: Buffer): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (let at = 0; at + DIRECTORY_ENTRY_BYTES <= directory.length; at += DIRECTORY_ENTRY_BYTES) {
    const nameBytes = directory.readUInt16LE(at + 64);
    if (nameBytes < 2 || nameBytes > 64) continue;
    const name = directory.toString('utf16le', at, at + nameBytes - 2);
    // streams of embedded objects may have the same names: the document's own come first
    if (!entries.has(name))
      entries.set(name, { start: directory.readUInt32LE(at + 116), size: directory.readUInt32LE(at + 120) });
  }
  return entries;
}

function numbersIn(bytes: Buffer): number[] {
  const numbers: number[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) numbers.push(bytes.readUInt32LE(at));
  return numbers;
}

/** The last sector may be cut short; anything before it must be whole. */
async function readAt(source: RangeSource, start: number, bytes: number): Promise<Buffer> {
  if (start >= source.size) throw invalid(`cut off: a sector at ${start} of ${source.size} bytes`);
  const read = await source.read(start, Math.min(start + bytes, source.size));
  return Buffer.from(read.buffer, read.byteOffset, read.byteLength);
}
