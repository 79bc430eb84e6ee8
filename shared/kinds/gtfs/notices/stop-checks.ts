import type { RowCheck, RowReader } from './row-reader.ts';

const typeOf = (rows: RowReader, row: number): number => rows.number('location_type', row) || 0;
const stopOf = (rows: RowReader, row: number) => ({
  stopId: rows.text('stop_id', row),
  stopName: rows.text('stop_name', row),
});

/** Nearer than this to (0, 0) or a pole, in degrees, nobody stops. */
const NEAR_DEGREES = 1;

export const STOP_CHECKS: readonly RowCheck[] = [
  {
    columns: [],
    check(rows, row) {
      const type = typeOf(rows, row);
      const locationType = type;
      if (type <= 2 && !rows.has('stop_name', row))
        rows.add('missing_stop_name', row, { locationType, stopId: rows.text('stop_id', row) });
      if (type <= 2 && !(rows.has('stop_lat', row) && rows.has('stop_lon', row)))
        rows.add('stop_without_location', row, { locationType, stopId: rows.text('stop_id', row) });
      if (type >= 2 && type <= 4 && !rows.has('parent_station', row))
        rows.add('location_without_parent_station', row, { locationType, ...stopOf(rows, row) });
    },
  },
  {
    columns: ['parent_station', 'platform_code', 'stop_access'],
    check(rows, row) {
      const type = typeOf(rows, row);
      const hasParent = rows.has('parent_station', row);
      if (type === 1 && hasParent)
        rows.add('station_with_parent_station', row, {
          ...stopOf(rows, row),
          parentStation: rows.text('parent_station', row),
        });
      if (type === 0 && !hasParent && rows.has('platform_code', row))
        rows.add('platform_without_parent_station', row, stopOf(rows, row));
      if (!rows.has('stop_access', row)) return;
      const stopAccess = rows.number('stop_access', row);
      if (type !== 0)
        rows.add('stop_access_specified_for_incorrect_location', row, {
          ...stopOf(rows, row),
          stopAccess,
          locationType: type,
        });
      else if (!hasParent)
        rows.add('stop_access_specified_for_stop_with_no_parent_station', row, {
          ...stopOf(rows, row),
          stopAccess,
          locationType: type,
        });
    },
  },
  { columns: ['stop_lat'], check: (rows, row) => checkPoint(rows, row, 'stops.txt', 'stop_lat', 'stop_lon') },
  {
    columns: ['stop_desc'],
    check(rows, row) {
      if (rows.has('stop_desc', row) && rows.text('stop_desc', row) === rows.text('stop_name', row))
        rows.add('same_name_and_description_for_stop', row, {
          stopId: rows.text('stop_id', row),
          stopDesc: rows.text('stop_desc', row),
        });
    },
  },
];

export const SHAPE_CHECKS: readonly RowCheck[] = [
  {
    columns: ['shape_pt_lat'],
    check: (rows, row) => checkPoint(rows, row, 'shapes.txt', 'shape_pt_lat', 'shape_pt_lon'),
  },
];

function checkPoint(
  rows: RowReader,
  row: number,
  filename: string,
  latFieldName: string,
  lonFieldName: string,
): void {
  const latFieldValue = rows.number(latFieldName, row);
  const lonFieldValue = rows.number(lonFieldName, row);
  const point = { filename, latFieldName, latFieldValue, lonFieldName, lonFieldValue };
  if (Math.abs(latFieldValue) <= NEAR_DEGREES && Math.abs(lonFieldValue) <= NEAR_DEGREES)
    rows.add('point_near_origin', row, point);
  else if (Math.abs(latFieldValue) >= 90 - NEAR_DEGREES) rows.add('point_near_pole', row, point);
}
