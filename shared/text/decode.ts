import { isAscii, isUtf8 } from 'node:buffer';

/**
 * Decodes a text file whose encoding nobody declared, as a stream: a BOM decides; else UTF-8; a file that is plain ASCII up to its
 * first byte that is not UTF-8 is read as Windows-1252 from there on; a UTF-8 file with a stray byte keeps it as U+FFFD.
 * `declared` (an XML declaration, a `charset`) is believed only where there is no BOM and the label is known.
 */
export async function* decodeText(
  bytes: AsyncIterable<Uint8Array>,
  declared?: string,
): AsyncGenerator<string> {
  const decoder = sniffingDecoder(declared);
  for await (const chunk of bytes) {
    const text = decoder.push(chunk);
    if (text !== '') yield text;
  }
  const rest = decoder.end();
  if (rest !== '') yield rest;
}

/** The same for bytes that are held whole (size-limited members). */
export function decodeWhole(bytes: Uint8Array, declared?: string): string {
  const decoder = sniffingDecoder(declared);
  return decoder.push(bytes) + decoder.end();
}

/** The longest byte order mark that is looked for. */
const BOM_BYTES = 3;
const LESS_THAN = 0x3c;

interface ChunkDecoder {
  push(chunk: Uint8Array): string;
  end(): string;
}

/** Waits for the bytes that a mark would take, then decides once. */
function sniffingDecoder(declared: string | undefined): ChunkDecoder {
  let decoder: ChunkDecoder | undefined;
  let head: Uint8Array = new Uint8Array(0);
  return {
    push(chunk) {
      if (decoder !== undefined) return decoder.push(chunk);
      head = concat(head, chunk);
      if (head.length < BOM_BYTES) return '';
      decoder = decoderFor(head, declared);
      return decoder.push(head);
    },
    end() {
      if (decoder !== undefined) return decoder.end();
      decoder = decoderFor(head, declared);
      return decoder.push(head) + decoder.end();
    },
  };
}

function decoderFor(head: Uint8Array, declared: string | undefined): ChunkDecoder {
  const label = labelOfBom(head) ?? (declared === undefined ? undefined : knownLabel(declared));
  return label === undefined || label === 'utf-8' ? guessingDecoder() : labelledDecoder(label);
}

function labelOfBom(head: Uint8Array): string | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  // markup without a mark: its first sign in two bytes
  if (head[0] === LESS_THAN && head[1] === 0) return 'utf-16le';
  if (head[0] === 0 && head[1] === LESS_THAN) return 'utf-16be';
  return undefined;
}

/** A label that the platform knows. A declared UTF-16 without a BOM is not believed: such declarations are leftovers. */
function knownLabel(label: string): string | undefined {
  try {
    const { encoding } = new TextDecoder(label.trim());
    return encoding.startsWith('utf-16') ? undefined : encoding;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function labelledDecoder(label: string): ChunkDecoder {
  const decoder = new TextDecoder(label);
  return { push: (chunk) => decoder.decode(chunk, { stream: true }), end: () => decoder.decode() };
}

function guessingDecoder(): ChunkDecoder {
  const utf8 = new TextDecoder('utf-8');
  let fallback: InstanceType<typeof TextDecoder> | undefined;
  let sawMultibyte = false;
  let carry: Uint8Array = new Uint8Array(0);

  function decode(bytes: Uint8Array): string {
    if (!sawMultibyte && fallback === undefined && !isUtf8(bytes) && asciiBeforeError(bytes))
      fallback = new TextDecoder('windows-1252');
    if (fallback !== undefined) return fallback.decode(bytes);
    sawMultibyte ||= !isAscii(bytes);
    return utf8.decode(bytes, { stream: true });
  }
  return {
    push(chunk) {
      const bytes = concat(carry, chunk);
      const cut = bytes.length - incompleteTail(bytes);
      carry = bytes.slice(cut);
      return decode(bytes.subarray(0, cut));
    },
    end: () => decode(carry) + (fallback === undefined ? utf8.decode() : ''),
  };
}

/** Is the first byte over 0x7F also the first error? Then nothing speaks for UTF-8. */
function asciiBeforeError(bytes: Uint8Array): boolean {
  const first = bytes.findIndex((byte) => byte > 0x7f);
  const length = sequenceLength(bytes[first] ?? 0);
  return length === 0 || !isUtf8(bytes.subarray(first, first + length));
}

/** Bytes at the end (0 to 3) that begin a UTF-8 sequence without completing it. */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

/** Length of the sequence that a lead byte announces; 0 for a byte that can't lead. */
function sequenceLength(lead: number): number {
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  if (lead >= 0xe0) return lead < 0xf0 ? 3 : 0;
  if (lead >= 0xc2) return 2;
  return lead < 0x80 ? 1 : 0;
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
  return left.length === 0 ? right : Buffer.concat([left, right]);
}
