import { allReferences } from '../schema/reference.ts';

/**
 * Columns whose values, row by row, checks across tables need: texts as hashes, numbers as they are. Of tables that have some rows a trip or
 * less; stop times and shape points are looked at trip by trip.
 */
export const FACTS: Readonly<Record<string, readonly string[]>> = {
  agency: ['agency_id', 'agency_timezone', 'agency_lang', 'agency_url', 'agency_name'],
  stops: [
    'stop_id',
    'parent_station',
    'location_type',
    'stop_lat',
    'stop_lon',
    'zone_id',
    'level_id',
    'stop_url',
  ],
  routes: ['route_id', 'agency_id', 'route_type', 'route_short_name', 'route_long_name', 'route_url'],
  trips: ['trip_id', 'route_id', 'service_id', 'shape_id', 'block_id', 'bikes_allowed'],
  calendar: [
    'service_id',
    'monday',
    'tuesday',
    'wednesday',
    'thursday',
    'friday',
    'saturday',
    'sunday',
    'start_date',
    'end_date',
  ],
  calendar_dates: ['service_id', 'date', 'exception_type'],
  frequencies: ['trip_id', 'start_time', 'end_time'],
  timeframes: ['timeframe_group_id', 'service_id', 'start_time', 'end_time'],
  transfers: [
    'from_stop_id',
    'to_stop_id',
    'from_trip_id',
    'to_trip_id',
    'from_route_id',
    'to_route_id',
    'transfer_type',
  ],
  pathways: ['pathway_id', 'from_stop_id', 'to_stop_id', 'is_bidirectional', 'pathway_mode'],
  feed_info: ['feed_lang', 'default_lang', 'feed_start_date', 'feed_end_date'],
  fare_media: ['fare_media_name', 'fare_media_type'],
  fare_rules: ['route_id'],
  fare_attributes: ['agency_id'],
  rider_categories: ['rider_category_id', 'is_default_fare_category'],
  fare_products: ['fare_product_id', 'rider_category_id'],
  translations: ['table_name', 'record_id', 'record_sub_id'],
  attributions: ['agency_id'],
};

/** A table whose rows belong together by one column and follow each other by another. */
export interface Sequence {
  readonly group: string;
  readonly order: string;
  /** Columns that go with each row: times, or coordinates. */
  readonly values: readonly [string, string];
  readonly distance: string;
}

export const SEQUENCES: Readonly<Record<string, Sequence>> = {
  stop_times: {
    group: 'trip_id',
    order: 'stop_sequence',
    values: ['arrival_time', 'departure_time'],
    distance: 'shape_dist_traveled',
  },
  shapes: {
    group: 'shape_id',
    order: 'shape_pt_sequence',
    values: ['shape_pt_lat', 'shape_pt_lon'],
    distance: 'shape_dist_traveled',
  },
};

/** Columns that a column of any table refers to, as `table.column`. */
export const REFERENCED: ReadonlySet<string> = new Set(
  allReferences().flatMap(({ fields }) => fields.flatMap(({ references = [] }) => references)),
);

/** Texts that the report shows. */
export const SHOWN: Readonly<Record<string, readonly string[]>> = {
  agency: ['agency_name'],
  feed_info: ['feed_publisher_name'],
};
