import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Place } from './inflater.ts';
import { WINDOW_BYTES } from './inflater.ts';

/** A place in a member at which its data can be entered without what lies before it. Plain JSON of 5 to 45 KB. */
export interface Checkpoint {
  /** Bytes of the member before it, inflated. */
  readonly out: number;
  /** The bit of the member's data at which it goes on; of a stored member, of its bytes. */
  readonly bit: number;
  readonly place: CheckpointPlace;
  /** The 32 KiB before it, deflated, as base64; empty at the start and in a stored member. */
  readonly window: string;
}

type CheckpointPlace =
  | { readonly type: 'plain' }
  | { readonly type: 'header' }
  | { readonly type: 'stored'; readonly bytesLeft: number; readonly isFinal: boolean }
  | { readonly type: 'symbols'; readonly header: string; readonly headerBits: number };

export const START: Checkpoint = { out: 0, bit: 0, place: { type: 'header' }, window: '' };

export function toCheckpoint(at: {
  bit: number;
  outputBytes: number;
  place: Place;
  window: Uint8Array;
}): Checkpoint {
  const { bit, outputBytes: out, place, window } = at;
  return { out, bit, place: toPlain(place), window: deflateRawSync(window).toString('base64') };
}

function toPlain(place: Place): CheckpointPlace {
  if (place.type !== 'symbols') return place;
  return { ...place, header: Buffer.from(place.header).toString('base64') };
}

export function windowOf({ window }: Checkpoint): Uint8Array {
  if (window === '') return new Uint8Array(0);
  return inflateRawSync(Buffer.from(window, 'base64'), { maxOutputLength: WINDOW_BYTES });
}

/**
 * Bits that a decoder must have seen before it can go on at the checkpoint's bit: the header of the block that it lies in, and empty
 * blocks in front, so many that they end at the same bit of a byte as the data begins. `first` is the data's first byte.
 */
export function toPrefix({ bit, place }: Checkpoint, first: number): Uint8Array {
  if (place.type === 'stored') return storedHeader(place.bytesLeft, place.isFinal);
  const writer = new BitWriter();
  const headerBits = place.type === 'symbols' ? place.headerBits : 0;
  const wanted = (((bit - headerBits) % 8) + 8) % 8;
  if (wanted % 2 === 1) writeEmptyDynamic(writer);
  while (writer.count % 8 !== wanted) writeEmptyFixed(writer);
  if (place.type === 'symbols') writer.copy(Buffer.from(place.header, 'base64'), headerBits);
  const taken = bit % 8;
  if (taken > 0) writer.write(first >>> taken, 8 - taken);
  return writer.bytes();
}

/** RFC 1951, 3.2.4; it begins at a byte, as its data does. */
function storedHeader(length: number, isFinal: boolean): Uint8Array {
  const header = Buffer.alloc(5);
  header.writeUInt8(isFinal ? 1 : 0, 0);
  header.writeUInt16LE(length, 1);
  header.writeUInt16LE(~length & 0xffff, 3);
  return header;
}

/** A block of fixed codes that only ends: 10 bits. */
function writeEmptyFixed(writer: BitWriter): void {
  writer.write(0b010, 3);
  writer.write(0, 7);
}

/**
 * A block of dynamic codes that only ends: 93 bits, the odd number that fixed ones can't make. Its one word, `0`, ends the block. Lengths
 * are written with the words 1 → `0`, 0 → `10`, 18 (a run of zeros) → `11`.
 */
function writeEmptyDynamic(writer: BitWriter): void {
  writer.write(0b100, 3);
  writer.write(0, 5 + 5); // 257 literals and lengths, 1 distance
  writer.write(18 - 4, 4);
  const lengths = [0, 0, 2, 2]; // of 16, 17, 18, 0
  for (const length of [...lengths, ...Array<number>(13).fill(0), 1]) writer.write(length, 3); // the last is that of 1
  for (const zeros of [138, 118]) {
    writer.write(0b11, 2);
    writer.write(zeros - 11, 7);
  }
  writer.write(0, 1); // 256 has one bit
  writer.write(0b01, 2); // the distance has none
  writer.write(0, 1); // the end of the block
}

/** Lowest bit first, as deflate is written. */
class BitWriter {
  readonly #bytes: number[] = [];
  count = 0;

  write(value: number, bits: number): void {
    for (let bit = 0; bit < bits; bit++) {
      if (this.count % 8 === 0) this.#bytes.push(0);
      const last = this.#bytes.length - 1;
      this.#bytes[last] = (this.#bytes[last] ?? 0) | (((value >>> bit) & 1) << (this.count % 8));
      this.count += 1;
    }
  }

  copy(bytes: Uint8Array, bits: number): void {
    for (let bit = 0; bit < bits; bit++) this.write(((bytes[bit >> 3] ?? 0) >>> (bit & 7)) & 1, 1);
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}
