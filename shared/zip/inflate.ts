import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { ZipError, type ZipErrorWhere } from './errors.ts';

const OUTPUT_BYTES = 64 * 1024; // a chunk that zlib hands out: what one input byte more can cost in memory

/**
 * Inflates while it is read, in chunks of at most 64 KiB. Throws ZipError where the deflate stream is broken, cut off or ends before
 * its input does; a failure of the input itself is passed on as it is.
 */
export async function* inflate(
  input: AsyncIterable<Uint8Array>,
  inputBytes: number,
  where: ZipErrorWhere,
): AsyncGenerator<Uint8Array> {
  const inflater = createInflateRaw({ chunkSize: OUTPUT_BYTES });
  const feeding = pipeline(Readable.from(input, { objectMode: true, highWaterMark: 1 }), inflater);
  // Its failure also reaches the loop below; this one is only kept from being unhandled.
  const fed = feeding.catch((error: unknown) => error);
  try {
    for await (const chunk of inflater) yield chunk;
    if (inflater.bytesWritten !== inputBytes)
      throw new ZipError('DEFLATE_TRAILING', {
        ...where,
        expected: `${inputBytes} bytes`,
        found: inflater.bytesWritten,
      });
  } catch (error) {
    if (isZlibError(error))
      throw new ZipError('DEFLATE_INVALID', { ...where, found: error.message, cause: error });
    throw error;
  } finally {
    await fed; // leaving the loop has destroyed the inflater, so this ends
  }
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
