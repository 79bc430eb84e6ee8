import type { ItemResult } from '../../../kind.ts';
import { textAt } from '../../../parquet/column.ts';
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

/** Rows by the hash of one of their columns: the first row that has it. */
export class HashIndex {
  readonly #sorted: Float64Array;
  readonly #rows: Uint32Array;

  constructor(hashes: ArrayLike<number>) {
    const order = Uint32Array.from({ length: hashes.length }, (_, row) => row);
    this.#rows = order.sort((x, y) => (hashes[x] as number) - (hashes[y] as number) || x - y);
    this.#sorted = Float64Array.from(this.#rows, (row) => hashes[row] as number);
  }

  row(hash: number): number | undefined {
    const at = lowerBound(this.#sorted, hash);
    return this.#sorted[at] === hash ? this.#rows[at] : undefined;
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
