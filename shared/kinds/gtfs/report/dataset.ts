import type { ColumnSpec } from '../../../parquet/column.ts';
import type { FeedView } from '../feed/feed-view.ts';
import { outputPath } from '../output-paths.ts';
import { GEOMETRY } from '../table/geometry.ts';
import { LINE_COLUMNS, SHAPE_LINES } from '../table/shape-lines.ts';

/** What a data set consists of: there as soon as all of its files are. */
export interface Dataset {
  readonly feed: string;
  readonly tables: readonly DatasetTable[];
}

interface DatasetTable {
  readonly table: string;
  readonly rows: number;
  readonly columns: readonly ColumnSpec[];
  readonly files: readonly string[];
}

export function toDataset({ name, tables, results }: FeedView): Dataset {
  const paths = results.flatMap(({ outputs }) => outputs.map(({ path }) => path));
  const filesOf = (table: string): string[] =>
    paths.filter((path) => path.startsWith(folderOf(name, table))).sort();
  const all: DatasetTable[] = [...tables.values()].map(({ info: { table, rows, columns } }) => ({
    table,
    rows,
    columns: table === 'stops' ? [...columns, GEOMETRY] : columns,
    files: filesOf(table),
  }));
  const shapes = tables.get('shapes')?.arrays.get('group.hash');
  if (shapes)
    all.push({ table: SHAPE_LINES, rows: shapes.length, columns: LINE_COLUMNS, files: filesOf(SHAPE_LINES) });
  return { feed: name, tables: all.sort((a, b) => (a.table < b.table ? -1 : 1)) };
}

const folderOf = (feed: string, table: string): string =>
  outputPath(feed, table, 0).replace(/part-\d+\.parquet$/, '');
