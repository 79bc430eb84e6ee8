import { type ByteReader, createByteReader } from './byte-reader.ts';
import { S3Error } from './s3-error.ts';

/** Far above what clients send (a checksum and its signature), so that a hostile body can't grow the map. */
const TRAILER_LIMIT = 16;

/**
 * The payload inside an `aws-chunked` body; `trailers` is filled when the last chunk has come. Signatures of chunks are
 * read over: the gateway knows its callers by other means and no secret is shared with them.
 * Format: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const reader = createByteReader(source);
  try {
    yield* readChunks(reader);
    await readTrailers(reader, trailers);
  } finally {
    await reader.end();
  }
}

async function* readChunks(reader: ByteReader): AsyncGenerator<Buffer> {
  for (let size = toChunkSize(await reader.line()); size > 0; size = toChunkSize(await reader.line())) {
    yield* reader.take(size);
    const end = await reader.line();
    if (end !== '') throw framingError(`a chunk of ${size} bytes is followed by more data`);
  }
}

async function readTrailers(reader: ByteReader, trailers: Map<string, string>): Promise<void> {
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':');
    if (colon < 1 || trailers.size >= TRAILER_LIMIT) throw framingError(`trailer "${line.slice(0, 80)}"`);
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

/** `<hex size>` or `<hex size>;chunk-signature=<hex>`. */
function toChunkSize(line: string): number {
  const match = /^([0-9a-f]{1,12})(?:;.*)?$/i.exec(line);
  if (!match?.[1]) throw framingError(`chunk header "${line.slice(0, 80)}"`);
  return Number.parseInt(match[1], 16);
}

function framingError(found: string): S3Error {
  return new S3Error('InvalidRequest', { message: `The aws-chunked body is not valid: ${found}.` });
}
