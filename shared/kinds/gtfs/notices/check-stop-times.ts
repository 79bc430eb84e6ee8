import type { GroupRows } from '../state/group-rows.ts';
import type { Notices } from './notices.ts';

const FILE = 'stop_times.txt';

/** What one trip's stop times must be, in the order of their sequence. */
export function checkStopTimes(trip: GroupRows, notices: Notices): void {
  const tripId = trip.text();
  if (!trip.isSorted) {
    const rows = [Math.min(...firstAndLast(trip)), Math.max(...firstAndLast(trip))];
    notices.add('unsorted_stop_times', () => ({
      tripId,
      startCsvRowNumber: rows[0] ?? 0,
      endCsvRowNumber: rows[1] ?? 0,
    }));
  }
  checkEdges(trip, tripId, notices);
  checkDuplicates(trip, { file: FILE, group: 'trip_id', order: 'stop_sequence' }, notices);
  checkTimes(trip, tripId, notices);
  checkDistances(trip, tripId, notices);
}

const firstAndLast = ({ number, count }: GroupRows): [number, number] => [
  number[0] as number,
  number[count - 1] as number,
];

/** The first and the last stop have times, or windows. */
function checkEdges({ a, b, seq, number, count, window }: GroupRows, tripId: string, notices: Notices): void {
  const edges: [number, Float64Array, string][] = [
    [0, a, 'arrival_time'],
    [0, b, 'departure_time'],
    [count - 1, a, 'arrival_time'],
    [count - 1, b, 'departure_time'],
  ];
  for (const [row, times, specifiedField] of edges) {
    if (!Number.isNaN(times[row]) || window[row] === 1) continue;
    notices.add('missing_trip_edge', () => ({
      csvRowNumber: number[row] as number,
      stopSequence: seq[row] as number,
      tripId,
      specifiedField,
    }));
  }
}

/** Rows of a group that have the same place in its order. */
export function checkDuplicates(
  { seq, number, count, text }: GroupRows,
  names: { readonly file: string; readonly group: string; readonly order: string },
  notices: Notices,
): void {
  for (let row = 1; row < count; row++) {
    if (seq[row] !== seq[row - 1]) continue;
    notices.add('duplicate_key', () => ({
      filename: names.file,
      oldCsvRowNumber: number[row - 1] as number,
      newCsvRowNumber: number[row] as number,
      fieldName1: names.group,
      fieldValue1: text(),
      fieldName2: names.order,
      fieldValue2: String(seq[row]),
    }));
  }
}

/** Between stops with times, no one arrives before the departure. */
function checkTimes({ a, b, number, count }: GroupRows, tripId: string, notices: Notices): void {
  let last = Number.NaN;
  let lastRow = 0;
  for (let row = 0; row < count; row++) {
    const arrival = a[row] as number;
    const departure = b[row] as number;
    if (arrival < last || departure < arrival)
      notices.add('stop_time_with_arrival_before_previous_departure_time', () => ({
        csvRowNumber: number[row] as number,
        prevCsvRowNumber: number[lastRow] as number,
        tripId,
        arrivalTime: toTime(arrival),
        departureTime: toTime(arrival < last ? last : departure),
      }));
    if (Number.isNaN(departure) && Number.isNaN(arrival)) continue;
    last = Number.isNaN(departure) ? arrival : departure;
    lastRow = row;
  }
}

function checkDistances({ dist, seq, number, count }: GroupRows, tripId: string, notices: Notices): void {
  for (let row = 1; row < count; row++) {
    if (!((dist[row] as number) <= (dist[row - 1] as number))) continue;
    notices.add('decreasing_or_equal_stop_time_distance', () => ({
      tripId,
      csvRowNumber: number[row] as number,
      stopSequence: seq[row] as number,
      shapeDistTraveled: dist[row] as number,
      prevCsvRowNumber: number[row - 1] as number,
      prevStopSequence: seq[row - 1] as number,
      prevShapeDistTraveled: dist[row - 1] as number,
    }));
  }
}

/** Seconds as HH:MM:SS. */
export function toTime(seconds: number): string {
  if (Number.isNaN(seconds)) return '';
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
