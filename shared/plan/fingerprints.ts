import { createHash } from 'node:crypto';

/** 10 million items in 160 MB would not fit beside the rest; past this many, items are processed again instead of skipped. */
const FINGERPRINTS_MAX = 2_000_000;
/** Of one value in `toBytes`. */
export const FINGERPRINT_BYTES = 16;
const BYTES = FINGERPRINT_BYTES;

/**
 * A set of strings in 16 bytes each: an open-addressing table of 128-bit hashes. It answers "was this there?" for lists
 * that are too long to be held, with a chance of a wrong yes below 10^-25.
 */
export class Fingerprints {
  #slots: Buffer<SharedArrayBuffer>;
  readonly #max: number;
  #size = 0;

  constructor(expected = 1024, max = FINGERPRINTS_MAX) {
    this.#max = max;
    this.#slots = toTable(toCapacity(expected) * BYTES);
  }

  /** The set as `toBytes` gave it. */
  static fromBytes(bytes: Uint8Array): Fingerprints {
    const set = new Fingerprints(bytes.length / BYTES);
    const buffer = Buffer.from(bytes);
    for (let offset = 0; offset < buffer.length; offset += BYTES)
      set.#insert(buffer.subarray(offset, offset + BYTES));
    return set;
  }

  /** A set that another thread made, to look things up in; nothing may be added to it any more. */
  static over(table: SharedArrayBuffer): Fingerprints {
    const set = new Fingerprints(0, 0);
    set.#slots = Buffer.from(table);
    return set;
  }

  /** What `over` takes. */
  get shared(): SharedArrayBuffer {
    return this.#slots.buffer;
  }

  /** 16 bytes for each value, in no order. */
  toBytes(): Uint8Array {
    const bytes = Buffer.alloc(this.#size * BYTES);
    let end = 0;
    for (let offset = 0; offset < this.#slots.length; offset += BYTES) {
      if (!isEmpty(this.#slots, offset)) end += this.#slots.copy(bytes, end, offset, offset + BYTES);
    }
    return bytes;
  }

  get size(): number {
    return this.#size;
  }

  /** False when the set is full and does not have the value. */
  add(value: string): boolean {
    const fingerprint = toHash(value);
    if (this.#size >= this.#max) return this.#find(fingerprint).found;
    if ((this.#size + 1) * 2 * BYTES > this.#slots.length) this.#grow();
    this.#insert(fingerprint);
    return true;
  }

  has(value: string): boolean {
    return this.#find(toHash(value)).found;
  }

  #insert(fingerprint: Buffer): void {
    const { offset, found } = this.#find(fingerprint);
    if (found) return;
    fingerprint.copy(this.#slots, offset);
    this.#size++;
  }

  #find(fingerprint: Buffer): { offset: number; found: boolean } {
    const capacity = this.#slots.length / BYTES;
    for (let slot = fingerprint.readUInt32LE(0) % capacity; ; slot = (slot + 1) % capacity) {
      const offset = slot * BYTES;
      if (isEmpty(this.#slots, offset)) return { offset, found: false };
      if (this.#slots.compare(fingerprint, 0, BYTES, offset, offset + BYTES) === 0)
        return { offset, found: true };
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = toTable(old.length * 2);
    this.#size = 0;
    for (let offset = 0; offset < old.length; offset += BYTES) {
      if (!isEmpty(old, offset)) this.#insert(old.subarray(offset, offset + BYTES));
    }
  }
}

/** All zero, and where other threads may look things up, too. */
const toTable = (bytes: number): Buffer<SharedArrayBuffer> => Buffer.from(new SharedArrayBuffer(bytes));

const toCapacity = (expected: number): number => 2 ** Math.ceil(Math.log2(Math.max(16, expected * 2)));

/** The first 128 bits of SHA-256, never all zero (which marks an empty slot). */
export function toHash(value: string): Buffer {
  const hash = createHash('sha256').update(value).digest().subarray(0, BYTES);
  hash[BYTES - 1] = (hash[BYTES - 1] ?? 0) | 1;
  return hash;
}

function isEmpty(slots: Buffer, offset: number): boolean {
  return slots[offset + BYTES - 1] === 0;
}
