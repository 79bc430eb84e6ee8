import { TextBuilder } from '../../../parquet/text-builder.ts';
import type { StateArray } from './state.ts';

const REFERENCE = /^ref\.(.+)\.hash$/;

/** Values of a table's columns that must be in another table, over all of its parts: each different one is kept once. */
export class JoinedReferences {
  readonly #columns = new Map<string, JoinedReference>();

  add(arrays: ReadonlyMap<string, StateArray>): void {
    for (const name of arrays.keys()) {
      const column = REFERENCE.exec(name)?.[1];
      if (column === undefined) continue;
      const joined = this.#columns.get(column) ?? new JoinedReference(`ref.${column}`);
      this.#columns.set(column, joined);
      joined.add(arrays);
    }
  }

  toArrays(): Map<string, StateArray> {
    return new Map([...this.#columns.values()].flatMap((column) => column.toArrays()));
  }
}

/** One column: how many rows have each value, and the first one's number. About 60 bytes a value. */
class JoinedReference {
  readonly #name: string;
  readonly #texts = new TextBuilder(256);
  readonly #hashes: number[] = [];
  readonly #counts: number[] = [];
  readonly #rows: number[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  add(arrays: ReadonlyMap<string, StateArray>): void {
    const [hashes, counts, rows, bytes, ends] = ['hash', 'count', 'row', 'text', 'end'].map((suffix) =>
      arrays.get(`${this.#name}.${suffix}`),
    );
    if (!hashes || !counts || !rows || !ends || !(bytes instanceof Uint8Array))
      throw new Error(`expected the arrays of ${this.#name}`);
    let start = 0;
    for (let at = 0; at < hashes.length; at++) {
      const end = ends[at] as number;
      const index = this.#texts.add(bytes, start, end);
      start = end;
      this.#counts[index] = (this.#counts[index] ?? 0) + (counts[at] as number);
      if (index < this.#hashes.length) continue;
      this.#hashes.push(hashes[at] as number);
      this.#rows.push(rows[at] as number);
    }
  }

  toArrays(): [string, StateArray][] {
    const { bytes, ends, count } = this.#texts.values;
    return [
      [`${this.#name}.hash`, Float64Array.from(this.#hashes)],
      [`${this.#name}.count`, Uint32Array.from(this.#counts)],
      [`${this.#name}.row`, Uint32Array.from(this.#rows)],
      [`${this.#name}.text`, bytes.subarray(0, this.#texts.textBytes)],
      [`${this.#name}.end`, Uint32Array.from(ends).subarray(0, count)],
    ];
  }
}
