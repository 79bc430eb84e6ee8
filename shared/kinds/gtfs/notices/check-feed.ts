import { arrayOf, type FeedView, HashIndex, HashSet, rowsOf } from '../feed/feed-view.ts';
import type { NoticeCode } from './codes.ts';
import type { Notices } from './notices.ts';

const NONE = -2_147_483_648;
const DAY_MS = 86_400_000;

/** What tables say together: agencies, stops and their stations, trips and their stop times, services and dates. */
export function checkFeed(feed: FeedView, notices: Notices): void {
  checkAgencies(feed, notices);
  checkStations(feed, notices);
  checkTrips(feed, notices);
  checkShapes(feed, notices);
  checkServices(feed, notices);
  checkFeedDates(feed, notices);
}

function checkAgencies(feed: FeedView, notices: Notices): void {
  checkSame(feed, 'agency_timezone', 'inconsistent_agency_timezone', notices);
  checkSame(feed, 'agency_lang', 'inconsistent_agency_lang', notices);
  if (rowsOf(feed, 'agency') < 2) return;
  for (const table of ['agency', 'routes', 'fare_attributes']) {
    const ids = arrayOf(feed, table, 'col.agency_id');
    const rows = arrayOf(feed, table, 'number');
    for (let row = 0; row < ids.length; row++)
      if (Number.isNaN(ids[row]))
        notices.add('missing_required_agency_id', () => ({
          filename: `${table}.txt`,
          csvRowNumber: rows[row] as number,
        }));
  }
}

function checkSame(feed: FeedView, name: string, code: NoticeCode, notices: Notices): void {
  const values = arrayOf(feed, 'agency', `col.${name}`);
  const rows = arrayOf(feed, 'agency', 'number');
  const first = Array.from(values).find((value) => !Number.isNaN(value));
  for (let row = 0; row < values.length; row++)
    if (!Number.isNaN(values[row]) && values[row] !== first)
      notices.add(code, () => ({ csvRowNumber: rows[row] as number }));
}

/** Stops and entrances lie in stations, boarding areas at platforms. */
function checkStations(feed: FeedView, notices: Notices): void {
  const parents = arrayOf(feed, 'stops', 'col.parent_station');
  const types = arrayOf(feed, 'stops', 'col.location_type');
  const ids = arrayOf(feed, 'stops', 'col.stop_id');
  const rows = arrayOf(feed, 'stops', 'number');
  const index = new HashIndex(ids);
  const typeOf = (row: number): number => Math.max(0, (types[row] as number) || 0);
  const used = new HashSet(Float64Array.from(parents).filter((parent) => !Number.isNaN(parent)));
  for (let row = 0; row < ids.length; row++) {
    const locationType = typeOf(row);
    const csvRowNumber = rows[row] as number;
    if (locationType === 1 && !used.has(ids[row] as number))
      notices.add('unused_station', () => ({ csvRowNumber }));
    const parentRow = index.row(parents[row] as number);
    const expectedLocationType = locationType === 4 ? 0 : 1;
    if (parentRow === undefined || locationType === 1 || typeOf(parentRow) === expectedLocationType) continue;
    const parentCsvRowNumber = rows[parentRow] as number;
    const parentLocationType = typeOf(parentRow);
    notices.add('wrong_parent_location_type', () => ({
      csvRowNumber,
      locationType,
      parentCsvRowNumber,
      parentLocationType,
      expectedLocationType,
    }));
  }
  checkStopsServed(feed, typeOf, notices);
}

function checkStopsServed(feed: FeedView, typeOf: (row: number) => number, notices: Notices): void {
  if (!feed.tables.has('stop_times')) return;
  const served = new HashSet(arrayOf(feed, 'stop_times', 'ref.stop_id.hash'));
  const grouped = new HashSet(arrayOf(feed, 'location_group_stops', 'ref.stop_id.hash'));
  const ids = arrayOf(feed, 'stops', 'col.stop_id');
  const rows = arrayOf(feed, 'stops', 'number');
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row] as number;
    const isServed = served.has(id);
    if (typeOf(row) === 0 && !isServed && !grouped.has(id))
      notices.add('stop_without_stop_time', () => ({ csvRowNumber: rows[row] as number }));
    if (typeOf(row) !== 0 && isServed)
      notices.add('location_with_unexpected_stop_time', () => ({ csvRowNumber: rows[row] as number }));
  }
}

function checkTrips(feed: FeedView, notices: Notices): void {
  if (!feed.tables.has('stop_times')) return;
  const groups = new HashIndex(arrayOf(feed, 'stop_times', 'group.hash'));
  const counts = arrayOf(feed, 'stop_times', 'group.rows');
  const ids = arrayOf(feed, 'trips', 'col.trip_id');
  const rows = arrayOf(feed, 'trips', 'number');
  for (let row = 0; row < ids.length; row++) {
    const group = groups.row(ids[row] as number);
    if (group === undefined) notices.add('unused_trip', () => ({ csvRowNumber: rows[row] as number }));
    else if (counts[group] === 1) notices.add('unusable_trip', () => ({ csvRowNumber: rows[row] as number }));
  }
}

function checkShapes(feed: FeedView, notices: Notices): void {
  const used = new HashSet(arrayOf(feed, 'trips', 'ref.shape_id.hash'));
  const hashes = arrayOf(feed, 'shapes', 'group.hash');
  const rows = arrayOf(feed, 'shapes', 'group.row');
  for (let group = 0; group < hashes.length; group++)
    if (!used.has(hashes[group] as number))
      notices.add('unused_shape', () => ({ csvRowNumber: rows[group] as number }));
}

const WEEK = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const TWO_YEARS = 731;

function checkServices(feed: FeedView, notices: Notices): void {
  const today = Math.floor(feed.today.getTime() / DAY_MS);
  const ends = arrayOf(feed, 'calendar', 'col.end_date');
  const starts = arrayOf(feed, 'calendar', 'col.start_date');
  const rows = arrayOf(feed, 'calendar', 'number');
  const added = new HashSet(arrayOf(feed, 'calendar_dates', 'col.service_id'));
  const ids = arrayOf(feed, 'calendar', 'col.service_id');
  const week = WEEK.map((day) => arrayOf(feed, 'calendar', `col.${day}`));
  for (let row = 0; row < ends.length; row++) {
    const end = ends[row] as number;
    const csvRowNumber = rows[row] as number;
    if (end !== NONE && end < today && !added.has(ids[row] as number))
      notices.add('expired_calendar', () => ({ csvRowNumber }));
    if (end > today + TWO_YEARS)
      notices.add('service_extends_far_in_the_future', () => ({
        csvRowNumber,
        serviceWindowEndDate: toDate(end),
      }));
    if (week.every((day) => day[row] === 0))
      notices.add('service_has_no_active_day_of_the_week', () => ({ csvRowNumber }));
  }
  const first = Array.from(starts)
    .filter((start) => start !== NONE)
    .reduce((least, start) => Math.min(least, start), Number.POSITIVE_INFINITY);
  if (Number.isFinite(first) && first > today)
    notices.add('future_calendar', () => ({
      currentDate: toDate(today),
      minServiceStartDate: toDate(first),
    }));
}

function checkFeedDates(feed: FeedView, notices: Notices): void {
  const today = Math.floor(feed.today.getTime() / DAY_MS);
  const ends = arrayOf(feed, 'feed_info', 'col.feed_end_date');
  const starts = arrayOf(feed, 'feed_info', 'col.feed_start_date');
  for (let row = 0; row < ends.length; row++) {
    const end = ends[row] as number;
    const days = end === NONE ? Number.POSITIVE_INFINITY : end - today;
    const sample = () => ({ csvRowNumber: row + 2, currentDate: toDate(today), feedEndDate: toDate(end) });
    if (days <= 7) notices.add('feed_expiration_date7_days', sample);
    else if (days <= 30) notices.add('feed_expiration_date30_days', sample);
    const start = starts[row] as number;
    if (start > today)
      notices.add('future_feed', () => ({
        csvRowNumber: row + 2,
        currentDate: toDate(today),
        feedStartDate: toDate(start),
      }));
  }
  checkLanguages(feed, notices);
}

function checkLanguages(feed: FeedView, notices: Notices): void {
  const [feedLang] = Array.from(arrayOf(feed, 'feed_info', 'col.feed_lang'));
  const languages = arrayOf(feed, 'agency', 'col.agency_lang');
  if (feedLang === undefined || Number.isNaN(feedLang)) return;
  for (let row = 0; row < languages.length; row++)
    if (!Number.isNaN(languages[row]) && languages[row] !== feedLang)
      notices.add('feed_info_lang_and_agency_lang_mismatch', () => ({ csvRowNumber: row + 2 }));
}

const toDate = (days: number): string =>
  new Date(days * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
