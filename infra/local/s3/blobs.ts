import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalog } from './catalog.ts';

/** Measured: a download is a third faster than with 64 KiB; more gains little and costs memory for every reader. */
const READ_BYTES = 256 * 1024;

/** A file of the store; an object is one of them, or one per part. */
export interface Segment {
  readonly blob: string;
  readonly size: number;
}

/** Bytes `start` to `end` (exclusive) of an object. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Blobs {
  /** Writes a new blob and calls `own`, which commits an owner for it. If either fails, nothing stays. */
  write<T>(chunks: AsyncIterable<Uint8Array>, own: (blob: string) => Promise<T>): Promise<T>;
  /** Calls `use` with the bytes; until it is done they stay readable, also when their object is deleted meanwhile. */
  read<T>(
    segments: readonly Segment[],
    span: Span,
    use: (chunks: AsyncGenerator<Buffer>) => Promise<T>,
  ): Promise<T>;
  /** Removes unowned blobs; one that is being read goes when its last reader is done. */
  collect(blobs: readonly string[]): Promise<void>;
}

/** The files of the store. Whatever a killed process left unowned is removed first. */
export async function openBlobs(folder: string, catalog: Catalog): Promise<Blobs> {
  for (let n = 0; n < 256; n++) mkdirSync(join(folder, toShard(n)), { recursive: true });
  const readers = new Map<string, number>();
  const pathOf = (blob: string) => join(folder, blob.slice(0, 2), blob);

  async function collect(blobs: readonly string[]): Promise<void> {
    for (const blob of blobs) {
      if (readers.has(blob)) continue;
      await rm(pathOf(blob), { force: true });
      catalog.run('DELETE FROM unowned WHERE blob = ?', blob);
    }
  }

  async function write<T>(chunks: AsyncIterable<Uint8Array>, own: (blob: string) => Promise<T>): Promise<T> {
    const blob = randomBytes(12).toString('hex');
    catalog.run('INSERT INTO unowned (blob) VALUES (?)', blob);
    try {
      await writeFile(pathOf(blob), chunks);
      return await own(blob);
    } catch (error) {
      // Once it is owned it stays, whatever went wrong after that.
      if (isUnowned(catalog, blob)) await collect([blob]);
      throw error;
    }
  }

  async function read<T>(
    segments: readonly Segment[],
    span: Span,
    use: (chunks: AsyncGenerator<Buffer>) => Promise<T>,
  ): Promise<T> {
    for (const { blob } of segments) readers.set(blob, (readers.get(blob) ?? 0) + 1);
    try {
      return await use(readSegments(segments, span, pathOf));
    } finally {
      await collect(
        segments.filter(({ blob }) => isLastReader(blob) && isUnowned(catalog, blob)).map(toBlob),
      );
    }
  }

  function isLastReader(blob: string): boolean {
    const left = (readers.get(blob) ?? 1) - 1;
    if (left > 0) readers.set(blob, left);
    else readers.delete(blob);
    return left === 0;
  }

  for (let left = firstUnowned(catalog); left !== undefined; left = firstUnowned(catalog))
    await collect([left]);
  return { write, read, collect };
}

async function writeFile(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  await using file = await open(path, 'wx');
  for await (const chunk of chunks) await file.writeFile(chunk);
}

async function* readSegments(
  segments: readonly Segment[],
  { start, end }: Span,
  pathOf: (blob: string) => string,
): AsyncGenerator<Buffer> {
  let offset = 0;
  for (const { blob, size } of segments) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, size);
    if (from < to) yield* readFile(pathOf(blob), from, to);
    offset += size;
  }
}

async function* readFile(path: string, start: number, end: number): AsyncGenerator<Buffer> {
  await using file = await open(path, 'r');
  let position = start;
  while (position < end) {
    const length = Math.min(READ_BYTES, end - position);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
    if (bytesRead === 0) throw new Error(`${path}: expected ${end} bytes, found ${position}`);
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function firstUnowned(catalog: Catalog): string | undefined {
  const blob = catalog.get('SELECT blob FROM unowned LIMIT 1')?.blob;
  return typeof blob === 'string' ? blob : undefined;
}

function isUnowned(catalog: Catalog, blob: string): boolean {
  return catalog.get('SELECT 1 FROM unowned WHERE blob = ?', blob) !== undefined;
}

function toBlob(segment: Segment): string {
  return segment.blob;
}

function toShard(n: number): string {
  return n.toString(16).padStart(2, '0');
}
