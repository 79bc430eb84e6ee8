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
      const bytes = Buffer.alloc(end - start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      if (bytesRead !== bytes.length)
        throw new RangeError(`expected ${bytes.length} bytes at ${start}, found ${bytesRead}`);
      return bytes;
    },
    close: () => file.close(),
  };
}
