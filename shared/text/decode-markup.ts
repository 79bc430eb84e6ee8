import { decodeText } from './decode.ts';

/** Where a page or an XML document declares its encoding (HTML standard, 13.2.3.2: within the first 1,024 bytes). */
const PRESCAN_BYTES = 1024;
const META = /<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{1,40})/i;
const XML = /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]{1,40})["']/;

/** HTML or XML as text, in the encoding of its byte order mark, or that it declares, or that its bytes show. */
export async function* decodeMarkup(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const chunks = bytes[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let length = 0;
  while (length < PRESCAN_BYTES) {
    const next = await chunks.next();
    if (next.done) break;
    head.push(next.value);
    length += next.value.length;
  }
  const start = Buffer.concat(head);
  yield* decodeText(joined(start, chunks), declaredEncoding(start));
}

async function* joined(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield start;
  yield* { [Symbol.asyncIterator]: () => rest };
}

/** The encoding that a page or an XML document declares, if it does. */
export function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, PRESCAN_BYTES)).toString(
    'latin1',
  );
  return (XML.exec(head) ?? META.exec(head))?.[1];
}
