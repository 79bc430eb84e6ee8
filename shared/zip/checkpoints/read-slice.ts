import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createInflateRaw } from 'node:zlib';
import { type RangeSource, readRange } from '../../range-source.ts';
import { ZipError } from '../errors.ts';
import { type Checkpoint, toPrefix, windowOf } from './checkpoint.ts';

const INPUT_BYTES = 1024 * 1024;
const OUTPUT_BYTES = 64 * 1024;

/** A range of a member's bytes, `[from, to)`, and all that is needed to read it alone. Plain JSON. */
export interface MemberSlice {
  /** Offset of the member's data in the archive. */
  readonly dataStart: number;
  /** At or before `from`. */
  readonly checkpoint: Checkpoint;
  readonly from: number;
  readonly to: number;
  /** How many bytes of the member's data are needed to know the byte before `to`. */
  readonly dataEnd: number;
}

/**
 * Reads a slice by ranges that cover it and little more, in chunks of at most 64 KiB (a stored member's: 1 MiB).
 * @throws ZipError (member) where the data is not what it was when the member was indexed
 */
export async function* readSlice(source: RangeSource, slice: MemberSlice): AsyncGenerator<Uint8Array> {
  const { checkpoint, from, to } = slice;
  let at = checkpoint.out;
  for await (const chunk of inflated(source, slice)) {
    const bytes = chunk.subarray(Math.max(0, from - at), Math.max(0, to - at));
    at += chunk.length;
    if (bytes.length > 0) yield bytes;
    if (at >= to) return;
  }
  if (at < to) throw new ZipError('SIZE_MISMATCH', { offset: slice.dataStart, expected: to, found: at });
}

function inflated(source: RangeSource, slice: MemberSlice): AsyncIterable<Uint8Array> {
  const { checkpoint } = slice;
  if (checkpoint.place.type === 'plain') return dataOf(source, slice);
  const window = windowOf(checkpoint);
  return inflateFrom(entered(dataOf(source, slice), checkpoint), window, slice.dataStart);
}

async function* dataOf(
  source: RangeSource,
  { checkpoint, dataStart, dataEnd }: MemberSlice,
): AsyncGenerator<Buffer> {
  const from = Math.floor(checkpoint.bit / 8);
  for (let at = from; at < dataEnd; at += INPUT_BYTES)
    yield await readRange(source, dataStart + at, dataStart + Math.min(at + INPUT_BYTES, dataEnd));
}

/** The data behind bits that make it a deflate stream of its own. */
async function* entered(data: AsyncIterable<Buffer>, checkpoint: Checkpoint): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const chunk of data) {
    if (!isFirst) {
      yield chunk;
      continue;
    }
    isFirst = false;
    yield toPrefix(checkpoint, chunk[0] ?? 0);
    yield checkpoint.bit % 8 === 0 ? chunk : chunk.subarray(1);
  }
}

async function* inflateFrom(
  input: AsyncIterable<Uint8Array>,
  window: Uint8Array,
  offset: number,
): AsyncGenerator<Uint8Array> {
  const inflater = createInflateRaw({
    chunkSize: OUTPUT_BYTES,
    // the slice's last block goes on behind it
    finishFlush: constants.Z_SYNC_FLUSH,
    ...(window.length > 0 && { dictionary: window }),
  });
  const feeding = pipeline(Readable.from(input, { objectMode: true, highWaterMark: 1 }), inflater);
  // Its failure also reaches the loop below; this one is only kept from being unhandled.
  const fed = feeding.catch((error: unknown) => error);
  try {
    for await (const chunk of inflater) yield chunk;
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw new ZipError('DEFLATE_INVALID', { offset, found: error.message, cause: error });
    throw error;
  } finally {
    inflater.destroy();
    await fed;
  }
}
