/** Different rows whose occurrences are counted: 96 MB of slots. */
const OCCURRENCES_MAX = 6_000_000;
/** Of a slot: two words of the hash (two rows that share them only get other ids), and the count. */
const WORDS = 3;
const START_SLOTS = 4096;
const FULL_SHARE = 0.75;

/**
 * Counts how often a hash came before, in 12 bytes a slot. So the same line three times is three rows with ids of their own,
 * wherever in the list they are.
 */
export class Occurrences {
  readonly #max: number;
  #slots = new Uint32Array(START_SLOTS * WORDS);
  #size = 0;

  constructor(max = OCCURRENCES_MAX) {
    this.#max = max;
  }

  /** Which occurrence of a hash (of 8 bytes or more) this is, from 1; undefined when there are too many others to tell. */
  add(hash: Buffer): number | undefined {
    const [a, b] = [hash.readUInt32LE(0), hash.readUInt32LE(4)];
    let at = this.#find(a, b);
    if (this.#count(at) === 0) {
      if (this.#size >= this.#max) return undefined;
      if (this.#size >= (this.#slots.length / WORDS) * FULL_SHARE) {
        this.#grow();
        at = this.#find(a, b);
      }
      this.#size++;
    }
    const count = this.#count(at) + 1;
    this.#slots.set([a, b, count], at);
    return count;
  }

  #count(at: number): number {
    return this.#slots[at + 2] ?? 0;
  }

  #find(a: number, b: number): number {
    const slots = this.#slots.length / WORDS;
    for (let slot = a % slots; ; slot = (slot + 1) % slots) {
      const at = slot * WORDS;
      if (this.#count(at) === 0 || (this.#slots[at] === a && this.#slots[at + 1] === b)) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    for (let from = 0; from < old.length; from += WORDS) {
      const [a = 0, b = 0, count = 0] = old.subarray(from, from + WORDS);
      if (count > 0) this.#slots.set([a, b, count], this.#find(a, b));
    }
  }
}
