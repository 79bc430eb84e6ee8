import type { Notices } from '../notices/notices.ts';
import { referenceOf } from '../schema/reference.ts';
import type { State } from './state.ts';

/** Rows that have the key of an earlier one, over all parts of the table. Sorts 8 bytes a row, and looks again only where two are alike. */
export function checkKeys({ info, arrays }: State, notices: Notices): void {
  const keys = arrays.get('key');
  const numbers = arrays.get('number');
  if (!keys || !numbers) return;
  const repeated = repeatedOf(keys as Float64Array);
  if (repeated.size === 0) return;
  const first = new Map<number, number>();
  const names = referenceOf(info.table)?.key ?? [];
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row] as number;
    if (!repeated.has(key)) continue;
    const number = numbers[row] as number;
    const old = first.get(key);
    if (old === undefined) first.set(key, number);
    else
      notices.add('duplicate_key', () => ({
        filename: info.file,
        oldCsvRowNumber: old,
        newCsvRowNumber: number,
        ...Object.fromEntries(names.map((name, index) => [`fieldName${index + 1}`, name])),
      }));
  }
}

function repeatedOf(keys: Float64Array): Set<number> {
  const sorted = Float64Array.from(keys).sort();
  const repeated = new Set<number>();
  for (let at = 1; at < sorted.length; at++) {
    const key = sorted[at] as number;
    if (key === sorted[at - 1] && key !== 0) repeated.add(key);
  }
  return repeated;
}
