import type { HashedColumns } from '../state/hashed-columns.ts';
import type { TablePart } from '../table/table-part.ts';

/** Checks that one row alone is enough for. */
export function checkRows(_part: TablePart, _columns: HashedColumns): void {
  // the checks follow
}
