const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SCALAR_ENDS = new Set(Buffer.from(' \t\r\n,}]'));

/** Finds where one JSON value ends, over any number of chunks, by its quotes and brackets alone. */
export class ValueScan {
  readonly #isScalar: boolean;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;

  /** `first` is the value's first byte, which `end` is given, too. */
  constructor(first: number) {
    this.#isScalar = first !== QUOTE && !isOpen(first);
  }

  /** More has to come: quotes or brackets are open. A number ends with the document, too. */
  get isOpen(): boolean {
    return !this.#isScalar && (this.#depth > 0 || this.#isInString);
  }

  /** The index behind the value's last byte, or undefined when it goes on in the next chunk. */
  end(chunk: Uint8Array, from: number): number | undefined {
    if (this.#isScalar) {
      const length = chunk.subarray(from).findIndex((byte) => SCALAR_ENDS.has(byte));
      return length < 0 ? undefined : from + length;
    }
    for (let at = from; at < chunk.length; at++) {
      this.#take(chunk[at] ?? 0);
      if (this.#depth === 0 && !this.#isInString) return at + 1;
    }
    return undefined;
  }

  #take(byte: number): void {
    if (this.#isInString) this.#takeInString(byte);
    else if (byte === QUOTE) this.#isInString = true;
    else if (isOpen(byte)) this.#depth++;
    else if (isClose(byte)) this.#depth--;
  }

  #takeInString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isInString = false;
  }
}

/** `[` or `{`; `]` or `}`: they differ in one bit. */
const isOpen = (byte: number): boolean => (byte | 0x20) === 0x7b;
const isClose = (byte: number): boolean => (byte | 0x20) === 0x7d;
