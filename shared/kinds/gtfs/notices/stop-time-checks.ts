import type { RowCheck, RowReader } from './row-reader.ts';

const placeOf = (rows: RowReader, row: number) => ({
  tripId: rows.text('trip_id', row),
  stopSequence: rows.number('stop_sequence', row),
});
const windowOf = (rows: RowReader, row: number) => ({
  startPickupDropOffWindow: rows.number('start_pickup_drop_off_window', row) || 0,
  endPickupDropOffWindow: rows.number('end_pickup_drop_off_window', row) || 0,
});
const hasWindow = (rows: RowReader, row: number): boolean =>
  rows.has('start_pickup_drop_off_window', row) || rows.has('end_pickup_drop_off_window', row);

const WINDOWS = ['start_pickup_drop_off_window', 'end_pickup_drop_off_window'];
const PLACES = ['location_id', 'location_group_id'];

export const STOP_TIME_CHECKS: readonly RowCheck[] = [
  {
    columns: ['arrival_time', 'departure_time'],
    check(rows, row) {
      const hasArrival = rows.has('arrival_time', row);
      if (hasArrival === rows.has('departure_time', row)) return;
      const specifiedField = hasArrival ? 'arrival_time' : 'departure_time';
      rows.add('stop_time_with_only_arrival_or_departure_time', row, {
        ...placeOf(rows, row),
        specifiedField,
      });
    },
  },
  {
    columns: ['timepoint'],
    check(rows, row) {
      const hasTimes = rows.has('arrival_time', row) || rows.has('departure_time', row);
      if (hasTimes && !rows.has('timepoint', row))
        rows.add('missing_timepoint_value', row, placeOf(rows, row));
      if (rows.number('timepoint', row) !== 1) return;
      for (const specifiedField of ['arrival_time', 'departure_time'])
        if (!rows.has(specifiedField, row))
          rows.add('stop_time_timepoint_without_times', row, { ...placeOf(rows, row), specifiedField });
    },
  },
  { columns: WINDOWS, check: checkWindow },
  {
    columns: PLACES,
    check(rows, row) {
      const places = ['stop_id', ...PLACES].filter((name) => rows.has(name, row)).length;
      if (places > 1)
        rows.add('forbidden_geography_id', row, { ...placeOf(rows, row), stopId: rows.text('stop_id', row) });
      const isZone = rows.has('location_id', row) || rows.has('location_group_id', row);
      if (isZone && !hasWindow(rows, row))
        rows.add('missing_pickup_or_drop_off_window', row, placeOf(rows, row));
      if (isZone && rows.has('shape_dist_traveled', row))
        rows.add('forbidden_shape_dist_traveled', row, placeOf(rows, row));
    },
  },
  {
    columns: ['pickup_type', 'drop_off_type'],
    check(rows, row) {
      const [pickupType, dropOffType] = [rows.number('pickup_type', row), rows.number('drop_off_type', row)];
      const isUnbooked = (type: number, rule: string): boolean => type === 2 && !rows.has(rule, row);
      if (
        isUnbooked(pickupType, 'pickup_booking_rule_id') ||
        isUnbooked(dropOffType, 'drop_off_booking_rule_id')
      )
        rows.add('missing_pickup_drop_off_booking_rule_id', row, {
          pickupType: pickupType || 0,
          dropOffType: dropOffType || 0,
        });
    },
  },
];

function checkWindow(rows: RowReader, row: number): void {
  if (!hasWindow(rows, row)) return;
  const [start, end] = [rows.number(WINDOWS[0] ?? '', row), rows.number(WINDOWS[1] ?? '', row)];
  if (Number.isNaN(start) || Number.isNaN(end))
    rows.add('missing_pickup_or_drop_off_window', row, placeOf(rows, row));
  else if (end <= start) rows.add('invalid_pickup_drop_off_window', row, windowOf(rows, row));
  if (rows.has('arrival_time', row) || rows.has('departure_time', row))
    rows.add('forbidden_arrival_or_departure_time', row, windowOf(rows, row));
  checkWindowTypes(rows, row);
}

/** Regular pick-up is no window's. */
function checkWindowTypes(rows: RowReader, row: number): void {
  const pickup = rows.number('pickup_type', row);
  if (pickup === 0 || pickup === 3) rows.add('forbidden_pickup_type', row, windowOf(rows, row));
  if (rows.number('drop_off_type', row) === 0) rows.add('forbidden_drop_off_type', row, windowOf(rows, row));
}
