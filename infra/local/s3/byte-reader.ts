import { S3Error } from './s3-error.ts';

/** A chunk header with its signature has about 90 bytes, a trailer line about 120. */
const LINE_LIMIT_BYTES = 4096;

export interface ByteReader {
  /** The next line without its CRLF. */
  line(): Promise<string>;
  /** The next `count` bytes, in whatever slices they arrive. */
  take(count: number): AsyncGenerator<Buffer>;
  /** Lets go of the stream. */
  end(): Promise<void>;
}

/** Reads lines and counted bytes from a stream in turn; throws IncompleteBody if it ends too early. */
export function createByteReader(source: AsyncIterable<Buffer>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let pending: Buffer = Buffer.alloc(0);

  async function more(): Promise<Buffer> {
    const next = await iterator.next();
    if (next.done)
      throw new S3Error('IncompleteBody', { message: 'The body ended inside an aws-chunked frame.' });
    return next.value;
  }

  async function line(): Promise<string> {
    let end = pending.indexOf('\n');
    while (end < 0) {
      if (pending.length > LINE_LIMIT_BYTES) {
        throw new S3Error('InvalidRequest', {
          message: `An aws-chunked line is over ${LINE_LIMIT_BYTES} bytes.`,
        });
      }
      pending = Buffer.concat([pending, await more()]);
      end = pending.indexOf('\n');
    }
    const text = pending.toString('latin1', 0, end);
    pending = pending.subarray(end + 1);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }

  async function* take(count: number): AsyncGenerator<Buffer> {
    let left = count;
    while (left > 0) {
      if (pending.length === 0) pending = await more();
      const slice = pending.subarray(0, left);
      pending = pending.subarray(slice.length);
      left -= slice.length;
      if (slice.length > 0) yield slice;
    }
  }

  async function end(): Promise<void> {
    await iterator.return?.();
  }

  return { line, take, end };
}
