import type { ColumnSpec } from '../../../parquet/column.ts';
import type { Field, TableReference } from '../schema/field.ts';
import { storedAs } from '../schema/field.ts';

/** A column of a table as it is stored, and where in the file it comes from. */
export interface TableColumn extends ColumnSpec {
  /** Its place in the file's header, or -1: a column of the reference that the file does not have. */
  readonly at: number;
  /** Of the reference; none is text. */
  readonly field?: Field;
}

/** Names as they are in the header, trimmed, with nothing left out. */
export type Header = readonly string[];

/**
 * The columns of a table: all of the reference's, so that every feed has the same ones, then what else the header has. Of two columns of one
 * name the first is the typed one; the second is kept as text under another name, as is one without a name.
 */
export function toColumns(header: Header, reference: TableReference | undefined): TableColumn[] {
  const known = reference?.fields ?? [];
  const lower = header.map((name) => name.toLowerCase());
  const columns: TableColumn[] = known.map((field) => ({
    name: field.name,
    type: storedAs(field.type),
    at: lower.indexOf(field.name),
    field,
  }));
  const taken = new Set(known.map(({ name }) => name));
  for (const [at, name] of header.entries()) {
    if (columns.some((column) => column.at === at)) continue;
    columns.push({ name: freeName(name, at, taken), type: 'text', at });
  }
  return columns;
}

/** Engines do not tell names apart by case. */
function freeName(name: string, at: number, taken: Set<string>): string {
  const base = name === '' ? `column_${at + 1}` : name;
  let free = base;
  for (let next = 2; taken.has(free.toLowerCase()); next++) free = `${base}_${next}`;
  taken.add(free.toLowerCase());
  return free;
}
