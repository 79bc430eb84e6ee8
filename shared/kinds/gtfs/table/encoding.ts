/** How a member's text is encoded. Of the others, each cell is looked at: one wrong row says nothing of its neighbours. */
export type Encoding = 'bytes' | 'utf-16le' | 'utf-16be';

const LOOKED_AT = 2_000;

/** By its mark, or by the zeros that every second byte of Latin text in UTF-16 is. */
export function encodingOf(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const pairs = Math.min(head.length, LOOKED_AT) >> 1;
  const even = countZeros(head, 0, pairs);
  const odd = countZeros(head, 1, pairs);
  if (odd > pairs * 0.8 && even * 10 < odd) return 'utf-16le';
  return even > pairs * 0.8 && odd * 10 < even ? 'utf-16be' : 'bytes';
}

function countZeros(head: Uint8Array, first: number, pairs: number): number {
  let zeros = 0;
  for (let pair = 0; pair < pairs; pair++) if (head[first + pair * 2] === 0) zeros++;
  return zeros;
}

/** UTF-8, whatever it was. */
export async function* toUtf8(
  chunks: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<Uint8Array> {
  if (encoding === 'bytes') {
    yield* chunks;
    return;
  }
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}
