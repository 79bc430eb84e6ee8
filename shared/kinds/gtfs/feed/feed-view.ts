import type { ItemResult } from '../../../kind.ts';
import { textAt } from '../../../parquet/column.ts';
import { wordOf } from '../state/hash.ts';
import type { State, StateArray } from '../state/state.ts';

/** One feed of the archive, with what its tables' parts have kept for checks across tables. */
export interface FeedView {
  /** Its folder among the outputs; empty at the root. */
  readonly name: string;
  readonly results: readonly ItemResult[];
  readonly tables: ReadonlyMap<string, State>;
  /** Of the validation. */
  readonly today: Date;
}

export const rowsOf = ({ tables }: FeedView, table: string): number => tables.get(table)?.info.rows ?? 0;
export const fileNameOf = ({ tables }: FeedView, table: string): string =>
  tables.get(table)?.info.file ?? `${table}.txt`;

/** An array of a table's state; empty where there is none. */
export function arrayOf({ tables }: FeedView, table: string, name: string): ArrayLike<number> {
  return tables.get(table)?.arrays.get(name) ?? new Float64Array(0);
}

/** Different values of a column, as a set of hashes. */
export function setOf(feed: FeedView, table: string, column: string): HashSet {
  const { arrays } = feed.tables.get(table) ?? {};
  const found =
    arrays?.get(`set.${column}`) ?? (column.endsWith('_id') ? arrays?.get('group.hash') : undefined);
  return new HashSet(found);
}

/** Sorted hashes: 8 bytes each. */
export class HashSet {
  readonly #sorted: Float64Array;

  constructor(hashes: ArrayLike<number> = []) {
    this.#sorted = Float64Array.from(hashes).sort();
  }

  get size(): number {
    return this.#sorted.length;
  }

  has(hash: number): boolean {
    const at = lowerBound(this.#sorted, hash);
    return this.#sorted[at] === hash;
  }
}

/** Rows by the hash of one of their columns: the first row that has it. Open addressing, 8 to 16 bytes a row. */
export class HashIndex {
  readonly #hashes: ArrayLike<number>;
  /** A row and 1, or 0. */
  readonly #slots: Uint32Array;

  constructor(hashes: ArrayLike<number>) {
    this.#hashes = hashes;
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * hashes.length + 2)));
    for (let row = 0; row < hashes.length; row++) {
      const slot = this.#slotOf(hashes[row] as number);
      if (this.#slots[slot] === 0) this.#slots[slot] = row + 1;
    }
  }

  row(hash: number): number | undefined {
    const row = this.#slots[this.#slotOf(hash)] as number;
    return row === 0 || Number.isNaN(hash) ? undefined : row - 1;
  }

  /** Where the hash is, or could be put. */
  #slotOf(hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = wordOf(hash) & mask;
    for (;;) {
      const row = this.#slots[slot] as number;
      if (row === 0 || Object.is(this.#hashes[row - 1], hash)) return slot;
      slot = (slot + 1) & mask;
    }
  }
}

function lowerBound(sorted: Float64Array, hash: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < hash) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function textOf(arrays: ReadonlyMap<string, StateArray>, name: string, index: number): string {
  const bytes = arrays.get(`${name}.text`);
  const ends = arrays.get(`${name}.end`);
  return bytes instanceof Uint8Array && ends ? Buffer.from(textAt({ bytes, ends }, index)).toString() : '';
}
