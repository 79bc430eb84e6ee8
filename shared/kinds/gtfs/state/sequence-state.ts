import { type ColumnValues, isText } from '../../../parquet/column.ts';
import type { Sequence } from './facts.ts';
import { addTexts, type HashedColumns, withNulls } from './hashed-columns.ts';
import type { StateArray } from './state.ts';

/**
 * Rows of one trip (or shape) that follow each other, as runs: `run.hash`, `run.rows`, `run.index` of the text; and of each row its place in the
 * order and its values (`seq`, `a`, `b`, `dist`).
 */
export function addSequence(
  arrays: Map<string, StateArray>,
  sequence: Sequence,
  columns: HashedColumns,
): void {
  const group = columns.get(sequence.group);
  if (!group || !isText(group)) return;
  const hashes = columns.hashes(sequence.group);
  const indexes: number[] = [];
  const rows: number[] = [];
  for (let row = 0; row < columns.rows; row++) {
    const index = group.indexes[row] ?? -1;
    if (rows.length > 0 && indexes.at(-1) === index) rows[rows.length - 1] = (rows.at(-1) ?? 0) + 1;
    else {
      indexes.push(index);
      rows.push(1);
    }
  }
  arrays.set(
    'run.hash',
    Float64Array.from(indexes, (index) => hashes[index] ?? Number.NaN),
  );
  arrays.set('run.rows', Uint32Array.from(rows));
  arrays.set('run.index', Int32Array.from(indexes));
  addTexts(arrays, 'run', group);
  addNumbers(arrays, 'seq', columns.get(sequence.order));
  addNumbers(arrays, 'a', columns.get(sequence.values[0]));
  addNumbers(arrays, 'b', columns.get(sequence.values[1]));
  addNumbers(arrays, 'dist', columns.get(sequence.distance));
  addWindows(arrays, columns);
}

function addNumbers(arrays: Map<string, StateArray>, name: string, values: ColumnValues | undefined): void {
  if (!values || isText(values) || values.nullCount === values.rows) return;
  arrays.set(name, withNulls(values));
}

/** Which stop times have a window in place of times. */
function addWindows(arrays: Map<string, StateArray>, { get, rows }: HashedColumns): void {
  const values = get('start_pickup_drop_off_window');
  if (!values || values.nullCount === rows) return;
  arrays.set(
    'window',
    Uint8Array.from({ length: rows }, (_, row) => (values.nulls[row] === 1 ? 0 : 1)),
  );
}
