import type { ColumnValues, NumberValues, TextValues } from '../../../parquet/column.ts';
import { geoMetadata, pointWkb } from '../../../parquet/geo.ts';
import type { TableColumn } from './header.ts';
import { type ToStore, typeMetadata } from './stored-table.ts';

export const GEOMETRY = { name: 'geometry', type: 'wkb' } as const;

/** Stops get a column of points, which makes their table GeoParquet. */
export function withGeometry(
  table: string,
  columns: readonly TableColumn[],
  values: readonly ColumnValues[],
): ToStore {
  const metadata = typeMetadata(columns);
  const latitudes = numbersOf('stop_lat', columns, values);
  const longitudes = numbersOf('stop_lon', columns, values);
  if (table !== 'stops' || !latitudes || !longitudes) return { columns, values, metadata };
  return {
    columns: [...columns, GEOMETRY],
    values: [...values, toPoints(longitudes, latitudes)],
    metadata: { ...metadata, geo: geoMetadata(GEOMETRY.name, ['Point'], boundsOf(longitudes, latitudes)) },
  };
}

function numbersOf(
  name: string,
  columns: readonly { readonly name: string }[],
  values: readonly ColumnValues[],
): NumberValues | undefined {
  const found = values[columns.findIndex((column) => column.name === name)];
  return found && 'values' in found ? found : undefined;
}

const isThere = (values: NumberValues, row: number): boolean => values.nulls[row] !== 1;

function toPoints(longitudes: NumberValues, latitudes: NumberValues): TextValues {
  const { rows } = longitudes;
  const indexes = new Int32Array(rows);
  const nulls = new Uint8Array(rows);
  const points: Uint8Array[] = [];
  const ends: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (!isThere(longitudes, row) || !isThere(latitudes, row)) {
      indexes[row] = -1;
      nulls[row] = 1;
      continue;
    }
    const point = pointWkb(longitudes.values[row] as number, latitudes.values[row] as number);
    indexes[row] = points.length;
    points.push(point);
    ends.push((ends.at(-1) ?? 0) + point.length);
  }
  return {
    rows,
    nulls,
    nullCount: rows - points.length,
    indexes,
    bytes: Buffer.concat(points),
    ends,
    count: points.length,
  };
}

function boundsOf(
  longitudes: NumberValues,
  latitudes: NumberValues,
): [number, number, number, number] | undefined {
  const bounds: [number, number, number, number] = [180, 90, -180, -90];
  for (let row = 0; row < longitudes.rows; row++) {
    if (!isThere(longitudes, row) || !isThere(latitudes, row)) continue;
    const [x, y] = [longitudes.values[row] as number, latitudes.values[row] as number];
    bounds[0] = Math.min(bounds[0], x);
    bounds[1] = Math.min(bounds[1], y);
    bounds[2] = Math.max(bounds[2], x);
    bounds[3] = Math.max(bounds[3], y);
  }
  return bounds[0] > bounds[2] ? undefined : bounds;
}
