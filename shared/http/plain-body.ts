import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { SmallbatchError } from '../errors.ts';
import { firstOf, type HttpReply, toPlace } from './reply.ts';

const DECODERS = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/**
 * A reply's bytes without the `Content-Encoding` that some servers use although no request of ours accepts one. Whoever
 * reads counts them: they may be a thousand times as many. A file that is itself compressed is not for this function.
 * @throws SmallbatchError UPSTREAM_INVALID for what is not in the encoding that it declares
 */
export async function* plainBody({ url, headers, body }: HttpReply): AsyncGenerator<Uint8Array> {
  const encoding = firstOf(headers['content-encoding'])?.trim().toLowerCase() ?? '';
  const decoder = DECODERS.get(encoding)?.();
  // what goes wrong with the body ends the decoder, and is thrown here
  if (decoder) pipeline(body, decoder, () => undefined);
  try {
    yield* (decoder ?? body) as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof SmallbatchError || !(error instanceof Error)) throw error;
    const message = `${toPlace(new URL(url))}: expected ${encoding} as its header says, found ${error.message}`;
    throw new SmallbatchError('UPSTREAM_INVALID', message, { cause: error });
  }
}
