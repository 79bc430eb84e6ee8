import { newFailure } from '../../errors.ts';
import type { Item } from '../../kind.ts';
import { type BadRow, type Row, toTooLarge } from '../../lists/row.ts';
import type { RowIds } from './row-ids.ts';
import type { RowsData, RowsOptions } from './schema.ts';

export type RowItem = Item<RowsData>;

/** A row that has to travel in its message (of CSV, or of a compressed list): SQS takes 1 MiB in all. */
const CARRIED_BYTES_MAX = 700_000;

/** A number is all that there is of it. */
export function toVirtualItem(n: number): RowItem {
  return { id: String(n), identity: '', bytes: 0, data: { n } };
}

/** Identity is what the row says, not where it says it: the id has all of it. */
export function toRowItem(row: Row, n: number, ids: RowIds): RowItem {
  const { json, isPlain, line, byte } = row;
  const bytes = json.length;
  if (!isPlain && bytes > CARRIED_BYTES_MAX) return toBadItem(toTooLarge(row, bytes, CARRIED_BYTES_MAX), n);
  const data: RowsData = isPlain ? { n, line, at: [byte, bytes] } : { n, line, json: json.toString() };
  return { id: ids.next(json, n), identity: '', bytes, data };
}

/** One that fails where it stands; or, if it is only too large for a call and may go as a reference, one that is found again. */
export function toBadItem(bad: BadRow, n: number, options?: Pick<RowsOptions, 'large'>): RowItem {
  const { line, byte, code, message, bytes } = bad;
  if (bytes !== undefined && bad.isPlain && options?.large === 'reference') {
    const id = `reference-${byte}-${bytes}`;
    return { id, identity: String(n), bytes: 0, data: { n, line, at: [byte, bytes], isReference: true } };
  }
  return { id: `bad-${n}`, identity: '', bytes: 0, data: { n, line }, failure: newFailure(code, message) };
}

/** Its number is all there is of it. */
export const isVirtual = ({ data, failure }: RowItem): boolean =>
  data.at === undefined && data.json === undefined && failure === undefined;
