import { CORE_TABLES } from './core.ts';
import { FARES_TABLES } from './fares.ts';
import type { TableReference } from './field.ts';
import { FLEX_TABLES } from './flex.ts';

/** `locations.geojson` is the one file that is no table; it becomes one of these columns and a geometry. */
export const LOCATIONS_FILE = 'locations.geojson';

const tables: ReadonlyMap<string, TableReference> = new Map(
  [...CORE_TABLES, ...FARES_TABLES, ...FLEX_TABLES].map((table) => [tableName(table.file), table]),
);

/** `stops.txt` → `stops`. */
export function tableName(file: string): string {
  return file.replace(/\.[^.]*$/, '');
}

export const referenceOf = (table: string): TableReference | undefined => tables.get(table);

export const allReferences = (): readonly TableReference[] => [...tables.values()];
