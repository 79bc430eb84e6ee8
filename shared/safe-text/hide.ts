/** Secrets left out of what is stored and sent, whatever its shape. */
import { DATA_PIECE_CHARS, findSecrets, hasSecrets, longestSpelling, withoutSecrets } from './secrets.ts';

/** A value of JSON (or of DynamoDB, whose sets and bytes stay as they are) without secrets in its strings, names included. */
export function withoutSecretsIn<T>(value: T): T {
  return hasSecrets() ? (deeply(value) as T) : value;
}

function deeply(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecrets(value, DATA_PIECE_CHARS);
  if (Array.isArray(value)) return value.map(deeply);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [withoutSecrets(name, DATA_PIECE_CHARS), deeply(each)]),
  );
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A text's bytes without secrets; in any encoding that has ASCII as it is. */
export function bytesWithoutSecrets(bytes: Uint8Array): Uint8Array {
  if (!hasSecrets()) return bytes;
  const text = toText(bytes);
  const clean = withoutSecrets(text, DATA_PIECE_CHARS);
  return clean === text ? bytes : Buffer.from(clean, 'latin1');
}

/** The same of bytes that come in pieces: so many are held back as a secret may have that lies across two. */
export async function* streamWithoutSecrets(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    const whole = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const ready = hasSecrets() ? toReady(whole) : whole.length;
    if (ready > 0) yield bytesWithoutSecrets(whole.subarray(0, ready));
    held = whole.subarray(ready);
  }
  if (held.length > 0) yield bytesWithoutSecrets(held);
}

/** An object's body without secrets; what is packed has a checksum of its own, and no secret in plain. */
export function bodyWithoutSecrets(
  body: Uint8Array | string | AsyncIterable<Uint8Array>,
  contentType: string,
): Uint8Array | string | AsyncIterable<Uint8Array> {
  if (/^image\/|zip/.test(contentType)) return body;
  if (typeof body === 'string') return withoutSecrets(body, DATA_PIECE_CHARS);
  return body instanceof Uint8Array ? bytesWithoutSecrets(body) : streamWithoutSecrets(body);
}

/** How much can go: no secret that begins in it can go on behind it. */
function toReady(bytes: Uint8Array): number {
  const ready = Math.max(0, bytes.length - longestSpelling());
  const across = Array.from(findSecrets(toText(bytes), DATA_PIECE_CHARS)).find(
    ({ start, end }) => start < ready && end > ready,
  );
  return across?.end ?? ready;
}

const toText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
