import type { State } from './state.ts';

/** Runs of equal groups, in the order of the file; those of one group that meet at a border of parts are one. */
export interface Run {
  readonly hash: number;
  readonly rows: number;
  readonly from: number;
  readonly index: number;
  readonly isFirst: boolean;
}

export function* runsOf({ arrays }: State): Generator<Run> {
  const hashes = arrays.get('run.hash') ?? [];
  const rows = arrays.get('run.rows') ?? [];
  const indexes = arrays.get('run.index') ?? [];
  let from = 0;
  for (let run = 0; run < hashes.length; run++) {
    const count = rows[run] as number;
    yield {
      hash: hashes[run] as number,
      rows: count,
      from,
      index: indexes[run] as number,
      isFirst: run === 0,
    };
    from += count;
  }
}

/** Finds the groups whose rows do not lie together, as the parts pass by in their order. 8 bytes a run. */
export class RunHashes {
  readonly #hashes: number[] = [];

  add(part: State): void {
    for (const { hash, isFirst } of runsOf(part))
      if (!(isFirst && this.#hashes.at(-1) === hash)) this.#hashes.push(hash);
  }

  scattered(): ReadonlySet<number> {
    const sorted = Float64Array.from(this.#hashes).sort();
    const scattered = new Set<number>();
    for (let at = 1; at < sorted.length; at++)
      if (sorted[at] === sorted[at - 1]) scattered.add(sorted[at] as number);
    return scattered;
  }
}
