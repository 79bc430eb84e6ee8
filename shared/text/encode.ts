/** Small pieces are gathered, so that a store does not get a chunk per line. */
const CHUNK_CHARS = 64 * 1024;

/** Strings as UTF-8 in chunks of about 64 KiB. */
export async function* encodeText(
  pieces: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<Uint8Array> {
  let pending: string[] = [];
  let chars = 0;
  for await (const piece of pieces) {
    pending.push(piece);
    chars += piece.length;
    if (chars < CHUNK_CHARS) continue;
    yield Buffer.from(pending.join(''), 'utf8');
    pending = [];
    chars = 0;
  }
  if (chars > 0) yield Buffer.from(pending.join(''), 'utf8');
}
