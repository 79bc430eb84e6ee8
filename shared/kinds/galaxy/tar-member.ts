const BLOCK = 512;
/** Members that only describe the next one: pax headers, GNU long names. */
const DESCRIBING_TYPES = new Set(['x', 'g', 'L', 'K']);

export interface MemberLimits {
  readonly maxBytes: number;
  /** Of the archive, in front of the member. */
  readonly maxBytesBefore: number;
}

/**
 * One member of a tar archive, whose other members are passed over and never held; undefined when the archive ends before its end.
 * Goes from header to header (POSIX 1003.1, ustar: name at 0, octal size at 124, type at 156). Of a package for tar archives
 * a description of the next member (pax) may be of any size, and is held whole.
 * @throws RangeError over a limit
 */
export async function findMember(
  tar: AsyncIterable<Uint8Array>,
  wanted: string,
  { maxBytes, maxBytesBefore }: MemberLimits,
): Promise<Buffer | undefined> {
  const bytes = new Bytes(tar);
  while (bytes.position <= maxBytesBefore) {
    const header = parseHeader(await bytes.take(BLOCK));
    if (!header) return undefined;
    const { name, size } = header;
    if (name !== wanted) await bytes.skip(Math.ceil(size / BLOCK) * BLOCK);
    else if (size > maxBytes) throw new RangeError(`${wanted} of ${size} bytes (${maxBytes} at most)`);
    else return await bytes.take(size);
  }
  throw new RangeError(`no ${wanted} in its first ${maxBytesBefore} bytes`);
}

/** Undefined for what is none, as the two blocks of zeros at an archive's end are none. */
function parseHeader(block: Buffer | undefined): { name: string; size: number } | undefined {
  const size = block && Number.parseInt(text(block, 124, 12), 8);
  if (block === undefined || size === undefined || Number.isNaN(size)) return undefined;
  const isDescribing = DESCRIBING_TYPES.has(text(block, 156, 1));
  return { name: isDescribing ? '' : text(block, 0, 100).replace(/^\.\//, ''), size };
}

const text = (header: Buffer, at: number, bytes: number): string =>
  header
    .toString('latin1', at, at + bytes)
    .replace(/\0.*$/s, '')
    .trim();

/** Takes and skips so many bytes of a stream. */
class Bytes {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();
  position = 0;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Undefined when the stream ends before that. */
  async take(bytes: number): Promise<Buffer | undefined> {
    const parts: Uint8Array[] = [];
    for (let missing = bytes; missing > 0; ) {
      const part = await this.#next(missing);
      if (!part) return undefined;
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  async skip(bytes: number): Promise<void> {
    for (let missing = bytes; missing > 0; ) {
      const part = await this.#next(missing);
      if (!part) return;
      missing -= part.length;
    }
  }

  async #next(atMost: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return undefined;
      this.#rest = value;
    }
    const part = this.#rest.subarray(0, atMost);
    this.#rest = this.#rest.subarray(part.length);
    this.position += part.length;
    return part;
  }
}
