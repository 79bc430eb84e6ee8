/** Counts a JSON document's values and depth while it is read: a megabyte of `[1,1,1…` becomes objects of a hundred megabytes. */
export interface JsonLimits {
  readonly maxValues: number;
  readonly maxDepth: number;
}

/** A page of 100 collection versions has 1,000 values and goes five deep. */
const LIMITS: JsonLimits = { maxValues: 100_000, maxDepth: 64 };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Over a limit; the message is what was found. */
export class JsonBoundsError extends Error {}

/** To be shown a document's chunks, in order, before it is parsed. What is no JSON is `JSON.parse`'s to say. */
export class JsonBounds {
  readonly #limits: JsonLimits;
  #values = 1;
  #depth = 0;
  #deepest = 0;
  #isInString = false;
  #isEscaped = false;

  constructor(limits: Partial<JsonLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /** @throws JsonBoundsError */
  see(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (this.#isInString) this.#seeInString(byte);
      else if (byte === QUOTE) this.#isInString = true;
      else this.#seeMark(byte);
    }
    const { maxValues, maxDepth } = this.#limits;
    if (this.#values > maxValues) throw new JsonBoundsError(`more than ${maxValues} values`);
    if (this.#deepest > maxDepth)
      throw new JsonBoundsError(`more than ${maxDepth} brackets within one another`);
  }

  #seeInString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isInString = false;
  }

  /** `[` and `{`, `]` and `}` differ in one bit. */
  #seeMark(byte: number): void {
    if (byte === COMMA) this.#values++;
    else if ((byte | 0x20) === 0x7b) this.#open();
    else if ((byte | 0x20) === 0x7d) this.#depth--;
  }

  #open(): void {
    this.#values++;
    this.#depth++;
    if (this.#depth > this.#deepest) this.#deepest = this.#depth;
  }
}
