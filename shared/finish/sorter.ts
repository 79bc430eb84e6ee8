import { toJsonLine } from '../json/lines.ts';
import { sliceOf } from '../run/slice.ts';

interface Entry {
  readonly slice: number;
  readonly key: string;
  readonly line: string;
}

/** Lines in the order of slices, and where each slice ends in them (bytes). */
export interface Sorted {
  readonly text: string;
  readonly ends: readonly number[];
}

/** Sorts the lines of one part of a run by slice and key, so that whoever has a slice reads one range of each part. */
export class Sorter {
  readonly #slices: number;
  readonly #entries: Entry[] = [];

  constructor(slices: number) {
    this.#slices = slices;
  }

  add(key: string, value: object): void {
    this.#entries.push({ slice: sliceOf(key, this.#slices), key, line: toJsonLine(value) });
  }

  sorted(): Sorted {
    this.#entries.sort((a, b) => a.slice - b.slice || (a.key < b.key ? -1 : Number(a.key > b.key)));
    const ends = new Array<number>(this.#slices).fill(0);
    for (const { slice, line } of this.#entries) ends[slice] = (ends[slice] ?? 0) + Buffer.byteLength(line);
    let end = 0;
    for (const [slice, bytes] of ends.entries()) {
      end += bytes;
      ends[slice] = end;
    }
    return { text: this.#entries.map(({ line }) => line).join(''), ends };
  }
}
