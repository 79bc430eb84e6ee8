import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type RangeSource, readRange } from '../range-source.ts';
import { listInvalid } from './row.ts';

/** One range request; S3 bills requests, and two of these are held at the most. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** A source from its beginning to its end, one range at a time. */
export async function* readChunks(source: RangeSource, from = 0): AsyncGenerator<Uint8Array> {
  for (let start = from; start < source.size; start += CHUNK_BYTES)
    yield await readRange(source, start, Math.min(start + CHUNK_BYTES, source.size));
}

/**
 * Unpacks gzip, any number of members one after the other (`cat a.gz b.gz`, RFC 1952 2.2).
 * @throws SmallbatchError LIST_INVALID
 */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unpacked = pipeline(Readable.from(chunks, { objectMode: false }), createGunzip(), () => undefined);
  let byte = 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      byte += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    if (!isZlib(cause)) throw cause;
    throw listInvalid({ byte }, `expected gzip, found ${cause.message} after so many bytes unpacked`, {
      cause,
    });
  }
}

const isZlib = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && /^Z_|^ERR_ZLIB/.test(String(error.code));
