import { toTime } from './check-stop-times.ts';
import type { RowCheck, RowReader } from './row-reader.ts';

const DAY_SECONDS = 24 * 3600;

/** Ranges of dates and times must go forward. */
function rangeCheck(filename: string, start: string, end: string, id: string): RowCheck {
  return {
    columns: [start],
    check(rows, row) {
      const [from, to] = [rows.number(start, row), rows.number(end, row)];
      const range = { filename, entityId: rows.text(id, row), startFieldName: start, endFieldName: end };
      if (to < from)
        rows.add('start_and_end_range_out_of_order', row, { ...range, startValue: from, endValue: to });
    },
  };
}

export const FREQUENCY_CHECKS: readonly RowCheck[] = [
  rangeCheck('frequencies.txt', 'start_time', 'end_time', 'trip_id'),
  {
    columns: ['start_time'],
    check(rows, row) {
      const value = rows.number('start_time', row);
      if (value !== rows.number('end_time', row)) return;
      rows.add('start_and_end_range_equal', row, {
        filename: 'frequencies.txt',
        entityId: rows.text('trip_id', row),
        startFieldName: 'start_time',
        endFieldName: 'end_time',
        value: toTime(value),
      });
    },
  },
];

export const CALENDAR_CHECKS: readonly RowCheck[] = [
  rangeCheck('calendar.txt', 'start_date', 'end_date', 'service_id'),
];

export const FEED_INFO_CHECKS: readonly RowCheck[] = [
  rangeCheck('feed_info.txt', 'feed_start_date', 'feed_end_date', 'feed_publisher_name'),
  {
    columns: [],
    check(rows, row) {
      if (!rows.has('feed_contact_email', row) && !rows.has('feed_contact_url', row))
        rows.add('missing_feed_contact_email_and_url', row);
      for (const [name, other] of [
        ['feed_start_date', 'feed_end_date'],
        ['feed_end_date', 'feed_start_date'],
      ] as const)
        if (!rows.has(name, row) && rows.has(other, row))
          rows.add('missing_feed_info_date', row, { fieldName: name });
    },
  },
];

export const TIMEFRAME_CHECKS: readonly RowCheck[] = [
  {
    columns: ['start_time', 'end_time'],
    check(rows, row) {
      if (rows.has('start_time', row) !== rows.has('end_time', row))
        rows.add('timeframe_only_start_or_end_time_specified', row);
      for (const fieldName of ['start_time', 'end_time'])
        if (rows.number(fieldName, row) > DAY_SECONDS)
          rows.add('timeframe_start_or_end_time_greater_than_twenty_four_hours', row, {
            fieldName,
            time: toTime(rows.number(fieldName, row)),
          });
    },
  },
];

export const ATTRIBUTION_CHECKS: readonly RowCheck[] = [
  {
    columns: [],
    check(rows, row) {
      const roles = ['is_producer', 'is_operator', 'is_authority'];
      if (!roles.some((role) => rows.number(role, row) === 1))
        rows.add('attribution_without_role', row, { attributionId: rows.text('attribution_id', row) });
    },
  },
];

export const PATHWAY_CHECKS: readonly RowCheck[] = [
  {
    columns: [],
    check(rows, row) {
      const stopId = rows.text('from_stop_id', row);
      const pathwayId = rows.text('pathway_id', row);
      if (stopId !== '' && stopId === rows.text('to_stop_id', row))
        rows.add('pathway_loop', row, { pathwayId, stopId });
      const [pathwayMode, isBidirectional] = [
        rows.number('pathway_mode', row),
        rows.number('is_bidirectional', row),
      ];
      // an exit gate lets nobody in
      if (pathwayMode === 7 && isBidirectional === 1)
        rows.add('bidirectional_exit_gate', row, { pathwayMode, isBidirectional });
    },
  },
];

export const FARE_TRANSFER_CHECKS: readonly RowCheck[] = [
  { columns: [], check: checkFareTransfer },
  { columns: ['duration_limit', 'duration_limit_type'], check: checkDurationLimit },
];

function checkFareTransfer(rows: RowReader, row: number): void {
  const from = rows.text('from_leg_group_id', row);
  const isSame = from !== '' && from === rows.text('to_leg_group_id', row);
  const count = rows.number('transfer_count', row);
  if (isSame && Number.isNaN(count)) rows.add('fare_transfer_rule_without_transfer_count', row);
  if (!isSame && !Number.isNaN(count)) rows.add('fare_transfer_rule_with_forbidden_transfer_count', row);
  if (count < -1 || count === 0)
    rows.add('fare_transfer_rule_invalid_transfer_count', row, { transferCount: count });
}

function checkDurationLimit(rows: RowReader, row: number): void {
  const [hasLimit, hasType] = [rows.has('duration_limit', row), rows.has('duration_limit_type', row)];
  if (hasLimit && !hasType) rows.add('fare_transfer_rule_duration_limit_without_type', row);
  if (hasType && !hasLimit) rows.add('fare_transfer_rule_duration_limit_type_without_duration_limit', row);
}

export const TRANSLATION_CHECKS: readonly RowCheck[] = [
  {
    columns: ['field_value', 'record_id', 'record_sub_id'],
    check(rows, row) {
      const isByValue = rows.has('field_value', row);
      for (const fieldName of ['record_id', 'record_sub_id'])
        if (isByValue && rows.has(fieldName, row))
          rows.add('translation_unexpected_value', row, { fieldName, fieldValue: rows.text(fieldName, row) });
    },
  },
];

export const FARE_PRODUCT_CHECKS: readonly RowCheck[] = [
  {
    columns: ['amount'],
    check(rows, row) {
      const currency = rows.text('currency', row);
      const amount = rows.number('amount', row);
      const digits = digitsOf(currency);
      if (digits === undefined || Number.isNaN(amount)) return;
      const scaled = amount * 10 ** digits;
      if (Math.abs(scaled - Math.round(scaled)) > 1e-6)
        rows.add('invalid_currency_amount', row, {
          filename: 'fare_products.txt',
          currencyCode: currency,
          fieldName: 'amount',
          fieldValue: amount,
        });
    },
  },
];

const currencyDigits = new Map<string, number | undefined>();

/** Digits behind the point of a currency (ISO 4217). */
function digitsOf(currency: string): number | undefined {
  if (!currencyDigits.has(currency)) {
    const isCurrency = /^[A-Z]{3}$/.test(currency);
    const format = isCurrency ? new Intl.NumberFormat('en', { style: 'currency', currency }) : undefined;
    currencyDigits.set(currency, format?.resolvedOptions().maximumFractionDigits);
  }
  return currencyDigits.get(currency);
}
