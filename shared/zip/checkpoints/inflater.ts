import { BlockCodes, END_OF_BLOCK, LENGTH_FLAG } from './block-codes.ts';
import { PRIMARY_MASK } from './huffman.ts';

export const WINDOW_BYTES = 32 * 1024; // RFC 1951: the farthest that a match reaches back
/** What is handed out at once, and so how close two checkpoints can be. */
const OUTPUT_BYTES = 64 * 1024;
const MATCH_BYTES = 258;
/** A symbol with its distance takes at most 48 bits; 8 bytes may be looked at to decode it. */
const SYMBOL_INPUT_BYTES = 8;
/** The longest header: 3 + 14 bits, 19 lengths of 3 bits, 316 lengths of at most 14 bits (RFC 1951, 3.2.7). */
const HEADER_INPUT_BYTES = 600;
/** Bits are taken from the input 32 at most before they are decoded. */
const WAITING_BYTES = 4;
const LAST_PADDING = new Uint8Array(HEADER_INPUT_BYTES);

/** Where the decoder stands: between two blocks, in the raw bytes of a stored one, or between two symbols of another. */
export type Place =
  | { readonly type: 'header' }
  | { readonly type: 'stored'; readonly bytesLeft: number; readonly isFinal: boolean }
  /** `header`: the block's own header, from its first bit. */
  | { readonly type: 'symbols'; readonly header: Uint8Array; readonly headerBits: number };

export class DeflateError extends Error {}

/**
 * A deflate decoder that can say, after every 64 KiB of output, where in its input it stands: to the bit, and in the middle of a
 * block too. It holds the window, one chunk of output and what is left of the last input.
 */
export class Inflater {
  readonly #output = new Uint8Array(WINDOW_BYTES + OUTPUT_BYTES + MATCH_BYTES);
  readonly #dynamic = new BlockCodes();
  #codes = this.#dynamic;
  #input: Uint8Array = new Uint8Array(0);
  /** Offset of `#input` in the stream, and where what it has been given ends in `#input`. */
  #base = 0;
  #inputEnd = 0;
  #isLast = false;
  #at = 0;
  #bits = 0;
  #bitCount = 0;
  #state: 'header' | 'stored' | 'symbols' | 'end' = 'header';
  #isFinal = false;
  #storedLeft = 0;
  #header: { readonly bytes: Uint8Array; readonly bits: number } = { bytes: new Uint8Array(0), bits: 0 };
  #outAt = WINDOW_BYTES;
  #handedOut = WINDOW_BYTES;
  /** Output bytes before `#output[0]`; negative at first. */
  #outBase = -WINDOW_BYTES;

  /** Bytes of output so far. */
  get outputBytes(): number {
    return this.#outBase + this.#outAt;
  }

  /** The bit of the input that is decoded next. */
  get bit(): number {
    return (this.#base + this.#at) * 8 - this.#bitCount;
  }

  get place(): Place {
    if (this.#state === 'stored')
      return { type: 'stored', bytesLeft: this.#storedLeft, isFinal: this.#isFinal };
    if (this.#state !== 'symbols') return { type: 'header' };
    return { type: 'symbols', header: this.#header.bytes, headerBits: this.#header.bits };
  }

  /** The last 32 KiB of output, or all of it; valid until the next `run`. */
  get window(): Uint8Array {
    const from = Math.max(this.#outAt - WINDOW_BYTES, -this.#outBase, 0);
    return this.#output.subarray(from, this.#outAt);
  }

  /** Gives the next bytes of the stream; to be called when `run` asks for input. */
  push(input: Uint8Array, isLast: boolean): void {
    // the bytes whose bits wait to be decoded may be the first of a header that is kept
    const waiting = Math.min(this.#at, WAITING_BYTES);
    const rest = this.#input.subarray(this.#at - waiting, this.#inputEnd);
    this.#base += this.#at - waiting;
    this.#at = waiting;
    this.#isLast = isLast;
    this.#inputEnd = rest.length + input.length;
    const parts = isLast ? [rest, input, LAST_PADDING] : [rest, input];
    this.#input = parts.length === 2 && rest.length === 0 ? input : Buffer.concat(parts);
  }

  /** Output that no call handed out yet; valid until the next `run`. */
  take(): Uint8Array {
    const taken = this.#output.subarray(this.#handedOut, this.#outAt);
    this.#handedOut = this.#outAt;
    return taken;
  }

  /** Decodes until there is a chunk of output to `take`, more input is needed, or the stream ends. @throws DeflateError */
  run(): 'output' | 'input' | 'end' {
    if (this.#isFull) this.#slide();
    while (this.#state !== 'end') {
      if (!this.#hasInput()) return 'input';
      this.#step();
      this.#checkInput();
      if (this.#isFull) return 'output';
    }
    return 'end';
  }

  get #isFull(): boolean {
    return this.#outAt >= WINDOW_BYTES + OUTPUT_BYTES;
  }

  #step(): void {
    if (this.#state === 'header') this.#readHeader();
    else if (this.#state === 'stored') this.#copyStored();
    else this.#decodeSymbols();
  }

  #hasInput(): boolean {
    if (this.#isLast) return true;
    const needed =
      this.#state === 'header' ? HEADER_INPUT_BYTES : this.#state === 'symbols' ? SYMBOL_INPUT_BYTES : 1;
    return this.#inputEnd - this.#at >= needed;
  }

  /** Where the stream says that it goes on after its last byte, it was cut off. */
  #checkInput(): void {
    if (this.#at * 8 - this.#bitCount > this.#inputEnd * 8) throw new DeflateError('the stream is cut off');
  }

  #slide(): void {
    this.#output.copyWithin(0, this.#outAt - WINDOW_BYTES, this.#outAt);
    const moved = this.#outAt - WINDOW_BYTES;
    this.#outBase += moved;
    this.#outAt = WINDOW_BYTES;
    this.#handedOut -= moved;
  }

  bits(count: number): number {
    while (this.#bitCount < count) {
      this.#bits |= (this.#input[this.#at++] ?? 0) << this.#bitCount;
      this.#bitCount += 8;
    }
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#bitCount -= count;
    return value;
  }

  peek(): number {
    while (this.#bitCount < 15) {
      this.#bits |= (this.#input[this.#at++] ?? 0) << this.#bitCount;
      this.#bitCount += 8;
    }
    return this.#bits & 0x7fff;
  }

  #readHeader(): void {
    const from = this.bit;
    this.#isFinal = this.bits(1) === 1;
    const type = this.bits(2);
    if (type === 0) this.#readStoredHeader();
    else if (type === 3) throw new DeflateError('expected a block of type 0, 1 or 2, found 3');
    else {
      this.#readCodes(type);
      this.#header = this.#bitsBetween(from, this.bit);
      this.#state = 'symbols';
    }
  }

  #readCodes(type: number): void {
    this.#codes = type === 1 ? BlockCodes.fixed : this.#dynamic;
    const problem = type === 1 ? undefined : this.#dynamic.readDynamic(this);
    if (problem === undefined) return;
    // what was read past the end of a stream that is cut off may look like anything
    this.#checkInput();
    throw new DeflateError(`a block has ${problem}`);
  }

  #readStoredHeader(): void {
    this.bits(this.#bitCount & 7);
    const length = this.bits(16);
    const complement = this.bits(16);
    this.#checkInput();
    if (length !== (~complement & 0xffff)) throw new DeflateError('a stored block has two different lengths');
    // whole bytes that were looked at already are the block's first
    this.#at -= this.#bitCount >> 3;
    this.#bits = 0;
    this.#bitCount = 0;
    this.#storedLeft = length;
    this.#state = length > 0 ? 'stored' : this.#afterBlock();
  }

  #afterBlock(): 'end' | 'header' {
    return this.#isFinal ? 'end' : 'header';
  }

  #copyStored(): void {
    const room = WINDOW_BYTES + OUTPUT_BYTES - this.#outAt;
    const count = Math.min(this.#storedLeft, this.#inputEnd - this.#at, room);
    if (count <= 0) throw new DeflateError('the stream is cut off');
    this.#output.set(this.#input.subarray(this.#at, this.#at + count), this.#outAt);
    this.#at += count;
    this.#outAt += count;
    this.#storedLeft -= count;
    if (this.#storedLeft === 0) this.#state = this.#afterBlock();
  }

  /** The bits of the input from one to another, both in `#input`, the first one lowest. */
  #bitsBetween(from: number, to: number): { bytes: Uint8Array; bits: number } {
    const bits = to - from;
    const bytes = new Uint8Array(Math.ceil(bits / 8));
    const first = Math.floor(from / 8) - this.#base;
    const shift = from & 7;
    for (let index = 0; index < bytes.length; index++) {
      const low = this.#input[first + index] ?? 0;
      const high = this.#input[first + index + 1] ?? 0;
      bytes[index] = (low >>> shift) | (high << (8 - shift));
    }
    const rest = bits & 7;
    if (rest > 0) bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) & ((1 << rest) - 1);
    return { bytes, bits };
  }

  /** Decodes symbols until the block ends, the output chunk is full, or the input gets short. */
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the one loop that every byte goes through; calls in it halve its speed
  #decodeSymbols(): void {
    const output = this.#output;
    const input = this.#input;
    const { literals, distances } = this.#codes;
    const literalTable = literals.primary;
    const distanceTable = distances.primary;
    const inputLimit = this.#isLast
      ? this.#inputEnd + SYMBOL_INPUT_BYTES
      : this.#inputEnd - SYMBOL_INPUT_BYTES;
    const outLimit = WINDOW_BYTES + OUTPUT_BYTES;
    const outBase = this.#outBase;
    let at = this.#at;
    let bits = this.#bits;
    let bitCount = this.#bitCount;
    let outAt = this.#outAt;
    let problem: string | undefined;
    while (outAt < outLimit && at <= inputLimit) {
      while (bitCount < 24) {
        bits |= (input[at++] as number) << bitCount;
        bitCount += 8;
      }
      let found = literalTable[bits & PRIMARY_MASK] as number;
      if (found === 0) found = literals.walk(bits & 0x7fff);
      bits >>>= found & 15;
      bitCount -= found & 15;
      const value = found >>> 8;
      if (value < END_OF_BLOCK && found !== 0) {
        output[outAt++] = value;
        continue;
      }
      if (value === END_OF_BLOCK) {
        this.#state = this.#afterBlock();
        break;
      }
      if (value < LENGTH_FLAG || value > LENGTH_FLAG + MATCH_BYTES) {
        problem = 'a word without a meaning among literals and lengths';
        break;
      }
      const lengthBits = (found >>> 4) & 15;
      const length = value - LENGTH_FLAG + (bits & ((1 << lengthBits) - 1));
      bits >>>= lengthBits;
      bitCount -= lengthBits;
      while (bitCount < 15) {
        bits |= (input[at++] as number) << bitCount;
        bitCount += 8;
      }
      found = distanceTable[bits & PRIMARY_MASK] as number;
      if (found === 0) found = distances.walk(bits & 0x7fff);
      bits >>>= found & 15;
      bitCount -= found & 15;
      const distanceBits = (found >>> 4) & 15;
      while (bitCount < distanceBits) {
        bits |= (input[at++] as number) << bitCount;
        bitCount += 8;
      }
      const distance = (found >>> 8) + (bits & ((1 << distanceBits) - 1));
      bits >>>= distanceBits;
      bitCount -= distanceBits;
      let from = outAt - distance;
      if (found >>> 8 === 0 || from + outBase < 0) {
        problem =
          found >>> 8 === 0 ? 'a word without a meaning among distances' : 'a match reaches back too far';
        break;
      }
      const end = outAt + length;
      if (distance >= length && length > 32) {
        output.copyWithin(outAt, from, from + length);
        outAt = end;
      } else while (outAt < end) output[outAt++] = output[from++] as number;
    }
    this.#at = at;
    this.#bits = bits;
    this.#bitCount = bitCount;
    this.#outAt = outAt;
    if (problem === undefined) return;
    this.#checkInput();
    throw new DeflateError(problem);
  }
}
