import fs, { type PathLike } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** A file whose ranges are counted as a store would: each range asked for is a request, each byte that was read has moved. */
export class CountedFile {
  readonly path: PathLike;
  readonly size: number;
  requests = 0;
  bytes = 0;

  constructor(path: PathLike) {
    this.path = path;
    this.size = fs.statSync(path).size;
  }

  /** The bytes `[start, end)`; to the end of the file without an `end`, as an open range does. */
  stream(start: number, end = this.size): Readable {
    this.requests += 1;
    return fs.createReadStream(this.path, { start, end: end - 1, fs: { ...fs, read: this.#read } });
  }

  /** The same range in one buffer. */
  async read(start: number, end: number): Promise<Uint8Array> {
    this.requests += 1;
    const file = await open(this.path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(
        Buffer.allocUnsafeSlow(end - start),
        0,
        end - start,
        start,
      );
      this.bytes += bytesRead;
      return buffer;
    } finally {
      await file.close();
    }
  }

  readonly #read = ((
    fd: number,
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    done: Done,
  ) =>
    fs.read(fd, buffer, offset, length, position, (error, bytesRead, read) => {
      this.bytes += bytesRead;
      done(error, bytesRead, read);
    })) as typeof fs.read;
}

type Done = (error: NodeJS.ErrnoException | null, bytesRead: number, buffer: Buffer) => void;

/** What a library does on the bench. */
export interface Library {
  /** Lists the archive; returns how many members it found. */
  list(file: CountedFile): Promise<number>;
  /** Reads the members with these names, one after the other; returns the sum of their bytes. */
  read(file: CountedFile, names: ReadonlySet<string>): Promise<number>;
}

/** The length of a stream that is read to its end. */
export async function drain(stream: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of stream) bytes += chunk.byteLength;
  return bytes;
}
