import type { Output, ProcessContext } from '../../../kind.ts';
import type { GtfsOptions, TableRef } from '../item-data.ts';
import { checkShape } from '../notices/check-shape.ts';
import { checkStopTimes } from '../notices/check-stop-times.ts';
import type { Notices } from '../notices/notices.ts';
import { ShapeLines } from '../table/shape-lines.ts';
import { type GroupRows, groupRows } from './group-rows.ts';
import type { State, StateArray } from './state.ts';

/** Of a shape, for the report's map. */
const LINE_POINTS = 24;

export interface SequenceOf {
  readonly ref: TableRef;
  readonly notices: Notices;
  readonly context: Pick<ProcessContext<GtfsOptions>, 'put'>;
}

/**
 * Checks trip by trip (shape by shape) and keeps of each what checks across tables need; shapes become lines. `scattered`: groups whose
 * rows do not lie together.
 */
export async function joinSequence(
  states: () => AsyncIterable<State>,
  scattered: ReadonlySet<number>,
  { ref, notices, context }: SequenceOf,
): Promise<{ readonly arrays: Map<string, StateArray>; readonly outputs: readonly Output[] }> {
  const lines = ref.table === 'shapes' ? new ShapeLines(ref, context) : undefined;
  const groups = new GroupFacts(lines !== undefined);
  for await (const group of groupRows(states, scattered)) {
    if (lines) {
      checkShape(group, notices);
      await lines.add(group);
    } else checkStopTimes(group, notices);
    groups.add(group);
  }
  return { arrays: groups.toArrays(), outputs: (await lines?.end()) ?? [] };
}

/** Of each group: `group.hash`, `.rows`, `.row` (the first one's number), `.first`, `.last` (times), `.dist` (the greatest). */
class GroupFacts {
  readonly #hash: number[] = [];
  readonly #rows: number[] = [];
  readonly #row: number[] = [];
  readonly #first: number[] = [];
  readonly #last: number[] = [];
  readonly #low: number[] = [];
  readonly #high: number[] = [];
  readonly #dist: number[] = [];
  readonly #line = { x: [] as number[], y: [] as number[], end: [] as number[] };
  readonly #hasLines: boolean;

  constructor(hasLines: boolean) {
    this.#hasLines = hasLines;
  }

  add(group: GroupRows): void {
    const { hash, count, number, a, b, seq, dist } = group;
    if (this.#hasLines) this.#addLine(group);
    this.#hash.push(hash);
    this.#rows.push(count);
    this.#row.push(number[0] as number);
    this.#first.push(a[0] as number);
    this.#last.push(b[count - 1] as number);
    this.#low.push(seq[0] as number);
    this.#high.push(seq[count - 1] as number);
    this.#dist.push(dist[count - 1] as number);
  }

  /** Every so many points, and the last one: for a map of the whole feed. */
  #addLine({ a, b, count }: GroupRows): void {
    const step = Math.max(1, Math.ceil(count / LINE_POINTS));
    for (let row = 0; row < count; row += step) this.#addPoint(b[row] as number, a[row] as number);
    this.#addPoint(b[count - 1] as number, a[count - 1] as number);
    this.#line.end.push(this.#line.x.length);
  }

  #addPoint(x: number, y: number): void {
    if (Number.isNaN(x + y)) return;
    this.#line.x.push(x);
    this.#line.y.push(y);
  }

  toArrays(): Map<string, StateArray> {
    return new Map<string, StateArray>([
      ['group.hash', Float64Array.from(this.#hash)],
      ['group.rows', Uint32Array.from(this.#rows)],
      ['group.row', Uint32Array.from(this.#row)],
      ['group.first', Float64Array.from(this.#first)],
      ['group.last', Float64Array.from(this.#last)],
      ['group.low', Float64Array.from(this.#low)],
      ['group.high', Float64Array.from(this.#high)],
      ['group.dist', Float64Array.from(this.#dist)],
      ['line.x', Float64Array.from(this.#line.x)],
      ['line.y', Float64Array.from(this.#line.y)],
      ['line.end', Uint32Array.from(this.#line.end)],
    ]);
  }
}
