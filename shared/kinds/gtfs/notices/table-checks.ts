import { BOOKING_CHECKS } from './booking-checks.ts';
import { ROUTE_CHECKS } from './route-checks.ts';
import type { RowCheck } from './row-reader.ts';
import {
  ATTRIBUTION_CHECKS,
  CALENDAR_CHECKS,
  FARE_PRODUCT_CHECKS,
  FARE_TRANSFER_CHECKS,
  FEED_INFO_CHECKS,
  FREQUENCY_CHECKS,
  PATHWAY_CHECKS,
  TIMEFRAME_CHECKS,
  TRANSLATION_CHECKS,
} from './small-table-checks.ts';
import { SHAPE_CHECKS, STOP_CHECKS } from './stop-checks.ts';
import { STOP_TIME_CHECKS } from './stop-time-checks.ts';

/** What fields of one row must be together, by table. */
export const TABLE_CHECKS: Readonly<Record<string, readonly RowCheck[]>> = {
  attributions: ATTRIBUTION_CHECKS,
  booking_rules: BOOKING_CHECKS,
  calendar: CALENDAR_CHECKS,
  fare_products: FARE_PRODUCT_CHECKS,
  fare_transfer_rules: FARE_TRANSFER_CHECKS,
  feed_info: FEED_INFO_CHECKS,
  frequencies: FREQUENCY_CHECKS,
  pathways: PATHWAY_CHECKS,
  routes: ROUTE_CHECKS,
  shapes: SHAPE_CHECKS,
  stops: STOP_CHECKS,
  stop_times: STOP_TIME_CHECKS,
  timeframes: TIMEFRAME_CHECKS,
  translations: TRANSLATION_CHECKS,
};
