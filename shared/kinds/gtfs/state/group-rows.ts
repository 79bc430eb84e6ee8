import { textAt } from '../../../parquet/column.ts';
import { type Run, runsOf } from './runs.ts';
import type { State, StateArray } from './state.ts';

/**
 * Rows of one trip (or shape) in their order: `a`, `b` are times or coordinates; what is missing is NaN. The arrays may be longer than
 * `count`, and are valid until the next group.
 */
export interface GroupRows {
  readonly hash: number;
  readonly text: () => string;
  readonly count: number;
  readonly seq: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly dist: Float64Array;
  /** 1 where the row has a window in place of times. */
  readonly window: Float64Array;
  /** The rows' numbers in the file. */
  readonly number: Float64Array;
  /** Do its rows lie together, in their order? */
  readonly isSorted: boolean;
}

const COLUMNS = ['seq', 'a', 'b', 'dist', 'number', 'window'] as const;
const MISSING = -2_147_483_648;
/** Scattered rows that are held at once, 48 bytes each; of more, the groups are looked at in several passes. */
const HELD_ROWS = 1_000_000;

/** Rows as they are collected; `columns` are parallel. */
class RowBuffer {
  columns = COLUMNS.map(() => new Float64Array(256));
  count = 0;

  add(state: State, from: number, rows: number): void {
    if (this.count + rows > (this.columns[0]?.length ?? 0)) this.#grow(rows);
    for (const [index, name] of COLUMNS.entries())
      copy(state.arrays.get(name), from, rows, this.columns[index], this.count);
    this.count += rows;
  }

  #grow(rows: number): void {
    const length = Math.max(this.count + rows, this.count * 2);
    this.columns = this.columns.map((column) => {
      const larger = new Float64Array(length);
      larger.set(column.subarray(0, this.count));
      return larger;
    });
  }
}

function copy(
  from: StateArray | undefined,
  at: number,
  rows: number,
  to: Float64Array | undefined,
  toAt: number,
): void {
  for (let row = 0; row < rows; row++) {
    const value = from ? (from[at + row] as number) : Number.NaN;
    if (to) to[toAt + row] = value === MISSING ? Number.NaN : value;
  }
}

/**
 * All groups of a table, each once and in its own order. Those whose rows lie together pass by; scattered ones are collected and sorted, so
 * many at a time as fit.
 */
export async function* groupRows(
  states: () => AsyncIterable<State>,
  scattered: ReadonlySet<number>,
): AsyncGenerator<GroupRows> {
  yield* together(states, scattered);
  const passes = Math.max(1, Math.ceil((await countRows(states, scattered)) / HELD_ROWS));
  const hashes = [...scattered];
  const each = Math.ceil(hashes.length / passes);
  for (let from = 0; from < hashes.length; from += each)
    yield* collected(states, new Set(hashes.slice(from, from + each)));
}

async function countRows(
  states: () => AsyncIterable<State>,
  scattered: ReadonlySet<number>,
): Promise<number> {
  if (scattered.size === 0) return 0;
  let count = 0;
  for await (const state of states())
    for (const { hash, rows } of runsOf(state)) if (scattered.has(hash)) count += rows;
  return count;
}

async function* together(
  states: () => AsyncIterable<State>,
  scattered: ReadonlySet<number>,
): AsyncGenerator<GroupRows> {
  let open: OpenGroup | undefined;
  for await (const { state, run } of runsOfAll(states)) {
    if (Number.isNaN(run.hash) || scattered.has(run.hash)) continue;
    if (open && open.hash !== run.hash) yield toGroup(open.hash, open.text, open.rows, true);
    if (open?.hash !== run.hash) open = reopen(open?.rows, state, run);
    open.rows.add(state, run.from, run.rows);
  }
  if (open) yield toGroup(open.hash, open.text, open.rows, true);
}

interface OpenGroup {
  readonly hash: number;
  readonly text: () => string;
  readonly rows: RowBuffer;
}

/** The next group takes the buffer of the one before. */
function reopen(rows: RowBuffer | undefined, state: State, { hash, index }: Run): OpenGroup {
  const buffer = rows ?? new RowBuffer();
  buffer.count = 0;
  return { hash, text: textOf(state, index), rows: buffer };
}

async function* runsOfAll(states: () => AsyncIterable<State>): AsyncGenerator<{ state: State; run: Run }> {
  for await (const state of states()) for (const run of runsOf(state)) yield { state, run };
}

async function* collected(
  states: () => AsyncIterable<State>,
  wanted: ReadonlySet<number>,
): AsyncGenerator<GroupRows> {
  const groups = new Map<number, { text: () => string; rows: RowBuffer }>();
  for await (const state of states())
    for (const { hash, index, from, rows } of runsOf(state)) {
      if (!wanted.has(hash)) continue;
      const group = groups.get(hash) ?? { text: textOf(state, index), rows: new RowBuffer() };
      groups.set(hash, group);
      group.rows.add(state, from, rows);
    }
  for (const [hash, { text, rows }] of groups) yield toGroup(hash, text, rows, false);
}

function textOf({ arrays }: State, index: number): () => string {
  const bytes = arrays.get('run.text');
  const ends = arrays.get('run.end');
  return () =>
    bytes instanceof Uint8Array && ends ? Buffer.from(textAt({ bytes, ends }, index)).toString() : '';
}

function toGroup(
  hash: number,
  text: () => string,
  { columns, count }: RowBuffer,
  isTogether: boolean,
): GroupRows {
  const [seq, a, b, dist, number, window] = columns as Columns;
  const group = { hash, text, count, seq, a, b, dist, number, window };
  if (isInOrder(seq, count)) return { ...group, isSorted: isTogether };
  const order = Array.from({ length: count }, (_, row) => row).sort(
    (x, y) => (seq[x] as number) - (seq[y] as number) || x - y,
  );
  const sorted = (column: Float64Array): Float64Array =>
    Float64Array.from(order, (row) => column[row] as number);
  return {
    ...group,
    seq: sorted(seq),
    a: sorted(a),
    b: sorted(b),
    dist: sorted(dist),
    number: sorted(number),
    window: sorted(window),
    isSorted: false,
  };
}

type Columns = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];

function isInOrder(seq: Float64Array, count: number): boolean {
  for (let row = 1; row < count; row++) if ((seq[row] as number) < (seq[row - 1] as number)) return false;
  return true;
}
