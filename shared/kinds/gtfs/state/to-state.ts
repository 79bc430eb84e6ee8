import { type ColumnValues, isText, type TextValues, textAt } from '../../../parquet/column.ts';
import { checkRows } from '../notices/check-rows.ts';
import { referenceOf } from '../schema/reference.ts';
import { parseInteger } from '../table/parse-cell.ts';
import type { PartOf, TablePart } from '../table/table-part.ts';
import { FACTS, REFERENCED, SEQUENCES, SHOWN } from './facts.ts';
import { combine, NO_HASH } from './hash.ts';
import { addTexts, type HashedColumns, hashedColumns, NO_INTEGER, withNulls } from './hashed-columns.ts';
import { addSequence } from './sequence-state.ts';
import type { State, StateArray } from './state.ts';

/** Checks a part's rows and keeps what checks across parts and tables need of them. */
export function toState(feed: string, part: TablePart, values: readonly ColumnValues[]): State {
  const { table, file, header, columns } = part.of;
  const hashed = hashedColumns(part, values);
  checkRows(part, hashed);
  const arrays = toArrays(part, hashed);
  const info = {
    feed,
    table,
    file,
    header,
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: part.rows,
    rejects: part.rejects.count,
    notices: part.notices.list(),
  };
  return { info, arrays };
}

function toArrays(part: TablePart, hashed: HashedColumns): Map<string, StateArray> {
  const { table } = part.of;
  const numbers = new Uint32Array(part.numbers.subarray(0, part.rows));
  const arrays = new Map<string, StateArray>([['number', numbers]]);
  addReferences(arrays, part.of, hashed);
  for (const name of FACTS[table] ?? []) arrays.set(`col.${name}`, toFact(name, hashed));
  for (const name of SHOWN[table] ?? []) addShown(arrays, name, hashed);
  if (table === 'translations') arrays.set('sub', subIds(hashed));
  const sequence = SEQUENCES[table];
  if (sequence) addSequence(arrays, sequence, hashed);
  else addKey(arrays, table, hashed);
  return arrays;
}

function addReferences(
  arrays: Map<string, StateArray>,
  { table, columns }: PartOf,
  hashed: HashedColumns,
): void {
  for (const { name, field } of columns) {
    if (REFERENCED.has(`${table}.${name}`)) arrays.set(`set.${name}`, hashed.hashes(name));
    if (field?.references) addReference(arrays, name, hashed);
  }
}

function addShown(arrays: Map<string, StateArray>, name: string, { get }: HashedColumns): void {
  const values = get(name);
  if (values && isText(values)) addTexts(arrays, `show.${name}`, values);
}

/** A translated stop time's sequence, which is written as text. */
function subIds({ get, rows }: HashedColumns): Float64Array {
  const values = get('record_sub_id');
  return Float64Array.from({ length: rows }, (_, row) => {
    const index = values && isText(values) ? (values.indexes[row] ?? -1) : -1;
    if (!values || !isText(values) || index < 0) return Number.NaN;
    const text = textAt(values, index);
    const number = parseInteger(text, 0, text.length);
    return number === NO_INTEGER ? Number.POSITIVE_INFINITY : number;
  });
}

/** Each different value with its rows: how many, and the first one's number. */
function addReference(
  arrays: Map<string, StateArray>,
  name: string,
  { get, hashes, numbers }: HashedColumns,
): void {
  const values = get(name);
  if (!values || !isText(values) || values.count === 0) return;
  const counts = new Uint32Array(values.count);
  const rows = new Uint32Array(values.count);
  for (let row = values.rows - 1; row >= 0; row--) {
    const index = values.indexes[row] ?? -1;
    if (index < 0) continue;
    counts[index] = (counts[index] as number) + 1;
    rows[index] = numbers[row] as number;
  }
  arrays.set(`ref.${name}.hash`, hashes(name));
  arrays.set(`ref.${name}.count`, counts);
  arrays.set(`ref.${name}.row`, rows);
  addTexts(arrays, `ref.${name}`, values);
}

function toFact(name: string, columns: HashedColumns): StateArray {
  const values = columns.get(name);
  if (!values) return new Float64Array(columns.rows).fill(NO_HASH);
  return isText(values) ? rowHashes(name, values, columns) : withNulls(values);
}

function rowHashes(name: string, { rows, indexes }: TextValues, { hashes }: HashedColumns): Float64Array {
  const known = hashes(name);
  const byRow = new Float64Array(rows).fill(NO_HASH);
  for (let row = 0; row < rows; row++) {
    const index = indexes[row] as number;
    if (index >= 0) byRow[row] = known[index] as number;
  }
  return byRow;
}

/** One hash a row of the values that have to be unique together; 0 where all are missing. */
function addKey(arrays: Map<string, StateArray>, table: string, columns: HashedColumns): void {
  const { key = [], fields = [] } = referenceOf(table) ?? {};
  const names = key[0] === '*' ? fields.map(({ name }) => name) : key;
  const parts = names.map((name) => toFact(name, columns));
  if (parts.length === 0) return;
  const hashes = new Float64Array(columns.rows);
  for (let row = 0; row < columns.rows; row++) hashes[row] = keyOf(parts.map((part) => part[row] as number));
  arrays.set('key', hashes);
}

function keyOf(values: readonly number[]): number {
  if (values.every((value) => Number.isNaN(value) || value === NO_INTEGER)) return 0;
  return values.length === 1 ? (values[0] as number) : combine(values);
}
