import type { ColumnType } from '../../../parquet/column.ts';
import type { Dataset } from './dataset.ts';

const ATHENA_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'string',
  int32: 'int',
  date: 'date',
  double: 'double',
  wkb: 'binary',
};

const quoted = (name: string, quote: string): string => quote + name.replaceAll(quote, quote + quote) + quote;

/** Views for DuckDB, to be run in the folder that the data set was copied to. `trip_lines` gives every trip its shape's line. */
export function toDuckDb({ tables }: Dataset): string {
  const views = tables.map(({ table, files }) => {
    const list = files.map((file) => quoted(file, "'")).join(', ');
    return `create or replace view ${quoted(table, '"')} as select * from read_parquet([${list}]);`;
  });
  const has = (name: string): boolean => tables.some(({ table }) => table === name);
  const lines = has('trips') && has('shape_lines') ? [TRIP_LINES] : [];
  return `${[...views, ...lines].join('\n')}\n`;
}

const TRIP_LINES =
  'create or replace view trip_lines as select trips.*, shape_lines.length_m, shape_lines.geometry from trips join shape_lines using (shape_id);';

/** External tables for Athena. `PREFIX` stands for where the data set lies: the bucket, and `prefix` of `latest.json`. */
export function toAthena({ tables }: Dataset): string {
  return tables
    .map(({ table, columns, files }) => {
      const folder = (files[0] ?? `${table}/`).replace(/[^/]*$/, '');
      const list = columns
        .map(({ name, type }) => `  ${quoted(name, '`')} ${ATHENA_TYPES[type]}`)
        .join(',\n');
      return `create external table if not exists ${quoted(table, '`')} (\n${list}\n)\nstored as parquet\nlocation 's3://PREFIX/${folder}';\n`;
    })
    .join('\n');
}
