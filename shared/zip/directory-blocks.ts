import { type RangeSource, readRange } from '../range-source.ts';
import type { Directory } from './directory.ts';
import type { Tail } from './end-record.ts';
import type { ZipLimits } from './limits.ts';

/** The directory in blocks, read at most once each as long as they fit the cache; the tail's part costs no request. */
export class DirectoryBlocks {
  readonly #source: RangeSource;
  readonly #directory: Directory;
  readonly #tail: Tail;
  readonly #blockBytes: number;
  readonly #cached: Buffer[] = [];
  #cacheLeft: number;

  constructor(source: RangeSource, directory: Directory, tail: Tail, limits: ZipLimits) {
    this.#source = source;
    this.#directory = directory;
    this.#tail = tail;
    this.#blockBytes = Math.min(limits.chunkBytes, limits.directoryCacheBytes);
    this.#cacheLeft = limits.directoryCacheBytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const { start, end } = this.#directory;
    const readEnd = Math.min(end, Math.max(start, this.#tail.start));
    for (let at = start, index = 0; at < readEnd; at += this.#blockBytes, index += 1)
      yield await this.#block(index, at, Math.min(at + this.#blockBytes, readEnd));
    if (end > readEnd) yield this.#tail.bytes.subarray(readEnd - this.#tail.start, end - this.#tail.start);
  }

  async #block(index: number, start: number, end: number): Promise<Buffer> {
    const cached = this.#cached[index];
    if (cached !== undefined) return cached;
    const block = await readRange(this.#source, start, end);
    // Only a gapless run from the front is kept, so the index is the block's number.
    if (index === this.#cached.length && block.length <= this.#cacheLeft) {
      this.#cached.push(block);
      this.#cacheLeft -= block.length;
    }
    return block;
  }
}
