import { type DirectoryRecord, directoryRecords } from './directory.ts';
import { readThroughTail } from './end-record.ts';
import { ZipError } from './errors.ts';
import { LOCAL_HEADER_BYTES, localHeaderLength } from './local-header.ts';
import { showName } from './name.ts';
import type { Listing } from './survey.ts';

/** Headers read to settle doubtful ranges. Names of two lengths are rare; past this the directory is not believed. */
const MAX_HEADERS_READ = 16;

/**
 * Every member's byte range: 18 bytes a member. By the directory a range is header, name and data; the local extra data is not
 * known there, and the local name may be shorter than the directory's (which fails that member, not the archive).
 */
export class MemberRanges {
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly #nameBytes: Uint16Array;
  #headersRead = 0;

  constructor(count: number) {
    this.#starts = new Float64Array(count);
    this.#ends = new Float64Array(count);
    this.#nameBytes = new Uint16Array(count);
  }

  add(record: DirectoryRecord): void {
    this.#starts[record.index] = record.headerOffset;
    this.#ends[record.index] = rangeEnd(record);
    this.#nameBytes[record.index] = record.rawName.length;
  }

  /**
   * Throws ZipError (archive) if two ranges share a byte, or one within the file runs into the directory. In order of their starts,
   * neighbours are enough: a range that reaches a later one reaches its neighbour first.
   */
  async check(listing: Listing): Promise<void> {
    const order = Uint32Array.from(this.#starts.keys()).sort((a, b) => this.#start(a) - this.#start(b));
    for (let place = 0; place < order.length; place += 1) {
      const index = order[place] ?? 0;
      const next = order[place + 1];
      if (next !== undefined && (await this.#reaches(index, this.#start(next), listing)))
        throw await overlap(listing, index, next, this.#start(next));
      // What ends beyond the file can't be read by anyone: it fails its member alone.
      const isWithinFile = this.#end(index) <= listing.rules.sourceBytes;
      if (isWithinFile && (await this.#reaches(index, listing.directory.start, listing)))
        throw await overlapWithDirectory(listing, index, this.#end(index));
    }
  }

  /** Does the range end after `limit`? Where only the name's length decides, the local header is asked. */
  async #reaches(index: number, limit: number, { source, tail }: Listing): Promise<boolean> {
    const end = this.#end(index);
    if (end <= limit) return false;
    const nameBytes = this.#nameBytes[index] ?? 0;
    if (end - nameBytes > limit || this.#headersRead === MAX_HEADERS_READ) return true;
    const start = this.#start(index);
    if (start + LOCAL_HEADER_BYTES > source.size) return false; // no header to ask, no byte to share
    this.#headersRead += 1;
    const header = await readThroughTail(source, tail, start, start + LOCAL_HEADER_BYTES);
    const headerBytes = localHeaderLength(header) ?? LOCAL_HEADER_BYTES;
    return end - LOCAL_HEADER_BYTES - nameBytes + headerBytes > limit;
  }

  #start(index: number): number {
    return this.#starts[index] ?? 0;
  }

  #end(index: number): number {
    return this.#ends[index] ?? 0;
  }
}

/** Where the member ends if its local header has the directory's name and no extra data. */
export function rangeEnd({ headerOffset, rawName, compressedBytes }: DirectoryRecord): number {
  return headerOffset + LOCAL_HEADER_BYTES + rawName.length + compressedBytes;
}

async function overlap(listing: Listing, index: number, next: number, offset: number): Promise<ZipError> {
  const [first, second] = await namesOf(listing, [index, next]);
  const found = `also "${second}"`;
  return new ZipError('OVERLAP', { member: first, offset, expected: 'bytes of one member', found });
}

async function overlapWithDirectory(listing: Listing, index: number, found: number): Promise<ZipError> {
  const [member] = await namesOf(listing, [index]);
  const offset = listing.directory.start;
  return new ZipError('OVERLAP_DIRECTORY', {
    member,
    offset,
    expected: `an end at or before ${offset}`,
    found,
  });
}

async function namesOf(listing: Listing, indexes: readonly number[]): Promise<(string | undefined)[]> {
  const names = new Map<number, string>();
  for await (const { index, rawName } of directoryRecords(listing.blocks, listing.directory)) {
    if (!indexes.includes(index)) continue;
    names.set(index, showName(rawName.toString('latin1')));
    if (names.size === indexes.length) break;
  }
  return indexes.map((index) => names.get(index));
}
