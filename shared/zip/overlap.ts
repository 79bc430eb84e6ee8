import { type DirectoryRecord, directoryBatches } from './directory.ts';
import { readThroughTail } from './end-record.ts';
import { ZipError } from './errors.ts';
import type { Listing } from './listing.ts';
import { LOCAL_HEADER_BYTES, localHeaderLength } from './local-header.ts';
import { showRawName } from './name.ts';

/** Headers read to settle doubtful ranges. Names of two lengths are rare; past this the directory is not believed. */
const MAX_HEADERS_READ = 16;
const FLAG_DESCRIPTOR = 0x8;
const DESCRIPTOR_BYTES = 24; // APPNOTE 4.3.9, the longest form

/**
 * Every member's byte range: 22 bytes a member. By the directory a range is header, name and data; the local extra data is not
 * known there, and the local name may be shorter than the directory's (which fails that member, not the archive).
 */
export class MemberRanges {
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly #nameBytes: Uint16Array;
  readonly #slackBytes: Uint32Array;
  #headersRead = 0;

  constructor(count: number) {
    this.#starts = new Float64Array(count);
    this.#ends = new Float64Array(count);
    this.#nameBytes = new Uint16Array(count);
    this.#slackBytes = new Uint32Array(count);
  }

  add(record: DirectoryRecord): void {
    this.#starts[record.index] = record.headerOffset;
    this.#ends[record.index] = rangeEnd(record);
    this.#nameBytes[record.index] = record.rawName.length;
    this.#slackBytes[record.index] =
      record.extra.length + (record.flags & FLAG_DESCRIPTOR ? DESCRIPTOR_BYTES : 0);
  }

  /**
   * Throws ZipError (archive) if two ranges share a byte, or one within the file runs into the directory. In order of their starts,
   * neighbours are enough: a range that reaches a later one reaches its neighbour first.
   */
  async check(listing: Listing): Promise<void> {
    const order = this.#order();
    for (let place = 0; place < this.#starts.length; place += 1) {
      const index = order?.[place] ?? place;
      const next = order?.[place + 1] ?? place + 1;
      if (place + 1 < this.#starts.length && this.#end(index) > this.#start(next))
        await this.#checkNeighbours(index, next, listing);
      if (this.#end(index) > listing.directory.start) await this.#checkDirectory(index, listing);
    }
  }

  /** Are there `bytes` in a row from `from` to `to` that belong to no member, by what the directory accounts for? */
  hasGap(from: number, to: number, bytes: number): boolean {
    const order = this.#order();
    let covered = from;
    for (let place = 0; place < this.#starts.length && covered < to; place += 1) {
      const index = order?.[place] ?? place;
      if (Math.min(to, this.#start(index)) - covered >= bytes) return true;
      covered = Math.max(covered, this.#end(index) + (this.#slackBytes[index] ?? 0));
    }
    return to - covered >= bytes;
  }

  async #checkNeighbours(index: number, next: number, listing: Listing): Promise<void> {
    const offset = this.#start(next);
    if (!(await this.#reaches(index, offset, listing))) return;
    const [member, second] = await namesOf(listing, [index, next]);
    const found = `also "${second}"`;
    throw new ZipError('OVERLAP', { member, offset, expected: 'bytes of one member', found });
  }

  /** What ends beyond the file can't be read by anyone: it fails its member alone, when that is judged. */
  async #checkDirectory(index: number, listing: Listing): Promise<void> {
    const offset = listing.directory.start;
    const found = this.#end(index);
    if (found > listing.rules.sourceBytes || !(await this.#reaches(index, offset, listing))) return;
    const [member] = await namesOf(listing, [index]);
    const expected = `an end at or before ${offset}`;
    throw new ZipError('OVERLAP_DIRECTORY', { member, offset, expected, found });
  }

  /** Does the range, which by the directory ends after `limit`, really? Where only the name's length decides, the local header is asked. */
  async #reaches(index: number, limit: number, { source, tail }: Listing): Promise<boolean> {
    const start = this.#start(index);
    const nameBytes = this.#nameBytes[index] ?? 0;
    const end = this.#end(index);
    if (end - nameBytes > limit || this.#headersRead === MAX_HEADERS_READ) return true;
    this.#headersRead += 1;
    const header = await readThroughTail(source, tail, start, start + LOCAL_HEADER_BYTES);
    const headerBytes = localHeaderLength(header) ?? LOCAL_HEADER_BYTES;
    return end - LOCAL_HEADER_BYTES - nameBytes + headerBytes > limit;
  }

  /** The indexes by start; undefined if members lie in the directory's order, as most writers leave them: sorting takes memory. */
  #order(): Uint32Array | undefined {
    const isInOrder = this.#starts.every((start, index) => index === 0 || start >= this.#start(index - 1));
    if (isInOrder) return undefined;
    const order = new Uint32Array(this.#starts.length).map((_, index) => index);
    return order.sort((a, b) => this.#start(a) - this.#start(b));
  }

  #start(index: number): number {
    return this.#starts[index] ?? 0;
  }

  #end(index: number): number {
    return this.#ends[index] ?? 0;
  }
}

/** Where the member ends if its local header has the directory's name and no extra data. */
function rangeEnd({ headerOffset, rawName, compressedBytes }: DirectoryRecord): number {
  return headerOffset + LOCAL_HEADER_BYTES + rawName.length + compressedBytes;
}

async function namesOf(listing: Listing, indexes: readonly number[]): Promise<(string | undefined)[]> {
  const names = new Map<number, string>();
  for await (const batch of directoryBatches(listing.blocks, listing.directory))
    for (const { index, rawName } of batch)
      if (indexes.includes(index)) names.set(index, showRawName(rawName));
  return indexes.map((index) => names.get(index));
}
