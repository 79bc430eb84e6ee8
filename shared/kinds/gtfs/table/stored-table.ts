import type { ColumnSpec, ColumnValues } from '../../../parquet/column.ts';
import type { TableColumn } from './header.ts';

/** What the reference says of columns, for readers of the file alone: `gtfs.type.arrival_time` → `time`. */
export function typeMetadata(columns: readonly TableColumn[]): Record<string, string> {
  return Object.fromEntries(columns.map(({ name, field }) => [`gtfs.type.${name}`, field?.type ?? 'text']));
}

export interface ToStore {
  readonly columns: readonly ColumnSpec[];
  readonly values: readonly ColumnValues[];
  readonly metadata: Readonly<Record<string, string>>;
}
