import { ZipError } from './errors.ts';
import { showName, showRawName } from './name.ts';

/** Differs in every process, so that nobody can prepare names that collide. */
const SEED = Math.floor(Math.random() * 2 ** 32);

/**
 * 53 bits of a name (cyrb53): 8 bytes a name instead of the name. Two names that share one are told apart by a
 * second key with another seed.
 */
export function toNameKey(name: string, seed = 0): number {
  let high = 0xdeadbeef ^ SEED ^ seed;
  let low = 0x41c6ce57 ^ SEED ^ seed;
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 2 ** 32 * ((2 ** 21 - 1) & low) + (high >>> 0);
}

/** The keys that occur more than once. Sorts the array. */
export function repeatedKeys(keys: Float64Array): Set<number> {
  const repeated = new Set<number>();
  let last = -1;
  for (const key of keys.sort()) {
    if (key === last) repeated.add(key);
    last = key;
  }
  return repeated;
}

/** Finds the later members of equal names. Holds numbers only, and only of the repeated keys. */
export class DuplicateFinder {
  readonly #repeated: ReadonlySet<number>;
  readonly #first = new Map<number, { readonly check: number; readonly spelling: number }>();

  constructor(repeated: ReadonlySet<number>) {
    this.#repeated = repeated;
  }

  /** Has this path been seen? Throws NAME_COLLISION if it was spelt differently then (`a/b`, `a/./b`, `a\b`). */
  isDuplicate(path: string, rawName: Buffer, offset: number): boolean {
    const key = toNameKey(path);
    if (!this.#repeated.has(key)) return false;
    const check = toNameKey(path, 1);
    const spelling = toNameKey(rawName.toString('latin1'), 2);
    const first = this.#first.get(key);
    if (first === undefined) {
      this.#first.set(key, { check, spelling });
      return false;
    }
    if (first.check !== check) return false;
    if (first.spelling !== spelling)
      throw new ZipError('NAME_COLLISION', {
        member: showRawName(rawName),
        offset,
        expected: `one spelling of ${showName(path)}`,
      });
    return true;
  }
}
