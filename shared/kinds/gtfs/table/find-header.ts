import { isUtf8 } from 'node:buffer';
import { RowBatch } from '../../../csv/row-batch.ts';
import { RowScanner } from '../../../csv/row-scanner.ts';

/** Columns of a table; of more, the rest is not looked at. */
const COLUMNS_MAX = 2_000;
const IGNORED = { odd: () => undefined, unclosed: () => undefined };
const windows1252 = new TextDecoder('windows-1252');

/** The first record that is not blank; undefined if there is none in `bytes`, or not all of it. */
export function findHeader(
  bytes: Uint8Array,
  isAll: boolean,
): { readonly header: readonly string[]; readonly number: number } | undefined {
  const batch = new RowBatch(COLUMNS_MAX, 1);
  const scanner = new RowScanner(batch, 1, IGNORED);
  scanner.push(bytes);
  if (isAll) scanner.end();
  scanner.scan();
  if (batch.rows === 0) return undefined;
  const count = Math.min(batch.cells[0] ?? 0, COLUMNS_MAX);
  const header = Array.from({ length: count }, (_, column) =>
    decode(batch.bytes.subarray(batch.starts[column], batch.ends[column])),
  );
  return { header, number: batch.numbers[0] ?? 1 };
}

const decode = (bytes: Uint8Array): string =>
  isUtf8(bytes) ? Buffer.from(bytes).toString() : windows1252.decode(bytes);

/** Does a file that is none of the reference's look like a table by its first line? Prose and pictures do not. */
export function isTableHeader(header: readonly string[]): boolean {
  const names = header.filter((name) => name !== '');
  const isName = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
  if (!names.every((name) => isName.test(name))) return false;
  return names.length > 1 || (names.length === 1 && names.some((name) => name.includes('_')));
}
