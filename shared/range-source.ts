import { open } from 'node:fs/promises';

/**
 * Bytes that are read by range and never held whole: an S3 object version, a file, a buffer.
 * A range is `[start, end)`; both lie within `[0, size]`, and `read` returns exactly `end - start` bytes or throws.
 */
export interface RangeSource {
  readonly size: number;
  read(start: number, end: number): Promise<Uint8Array>;
}

/** A source over bytes in memory (tests, small fixtures). */
export function bufferSource(bytes: Uint8Array): RangeSource {
  return {
    size: bytes.byteLength,
    read: async (start, end) => bytes.subarray(start, end),
  };
}

/** A source over a local file. Call `close` when done. */
export async function fileSource(path: string): Promise<RangeSource & { close(): Promise<void> }> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  return {
    size,
    async read(start, end) {
      const bytes = Buffer.allocUnsafeSlow(end - start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      if (bytesRead !== bytes.length)
        throw new RangeError(`expected ${bytes.length} bytes at ${start}, found ${bytesRead}`);
      return bytes;
    },
    close: () => file.close(),
  };
}

/**
 * The one way in which this library reads a source: never outside it, never an empty range, never a short answer.
 * Throws RangeError, which is the source's fault (or ours), not the archive's.
 */
export async function readRange(source: RangeSource, start: number, end: number): Promise<Buffer> {
  if (!(Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start < end))
    throw new RangeError(`expected a range, found ${start} to ${end}`);
  if (end > source.size) throw new RangeError(`expected a range within ${source.size} bytes, found ${end}`);
  const bytes = await source.read(start, end);
  if (bytes.byteLength !== end - start)
    throw new RangeError(`expected ${end - start} bytes at ${start}, found ${bytes.byteLength}`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
