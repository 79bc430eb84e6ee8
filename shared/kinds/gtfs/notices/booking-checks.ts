import type { RowCheck, RowReader } from './row-reader.ts';

const ruleOf = (rows: RowReader, row: number) => ({ bookingRuleId: rows.text('booking_rule_id', row) });
const PRIOR = [
  'prior_notice_last_day',
  'prior_notice_last_time',
  'prior_notice_start_day',
  'prior_notice_start_time',
  'prior_notice_service_id',
] as const;
const DURATIONS = ['prior_notice_duration_min', 'prior_notice_duration_max'] as const;

export const BOOKING_CHECKS: readonly RowCheck[] = [
  {
    columns: ['booking_type'],
    check(rows, row) {
      const type = rows.number('booking_type', row);
      if (type === 0) forbid(rows, row, [...DURATIONS, ...PRIOR], 'forbidden_real_time_booking_field_value');
      if (type === 1) checkSameDay(rows, row);
      if (type === 2) checkPriorDay(rows, row);
    },
  },
  {
    columns: [...DURATIONS, ...PRIOR],
    check(rows, row) {
      const [least, most] = [rows.number(DURATIONS[0], row), rows.number(DURATIONS[1], row)];
      if (most < least)
        rows.add('invalid_prior_notice_duration_min', row, {
          ...ruleOf(rows, row),
          priorNoticeDurationMin: least,
          priorNoticeDurationMax: most,
        });
      const [last, start] = [
        rows.number('prior_notice_last_day', row),
        rows.number('prior_notice_start_day', row),
      ];
      if (last > start)
        rows.add('prior_notice_last_day_after_start_day', row, {
          priorNoticeLastDay: last,
          priorNoticeStartDay: start,
        });
      const [hasDay, hasTime] = [
        rows.has('prior_notice_start_day', row),
        rows.has('prior_notice_start_time', row),
      ];
      if (hasDay && !hasTime)
        rows.add('missing_prior_notice_start_time', row, {
          ...ruleOf(rows, row),
          priorNoticeStartDay: start,
        });
      if (hasTime && !hasDay) rows.add('forbidden_prior_notice_start_time', row, ruleOf(rows, row));
      if (hasDay && !Number.isNaN(most))
        rows.add('forbidden_prior_notice_start_day', row, {
          ...ruleOf(rows, row),
          priorNoticeStartDay: start,
          priorNoticeDurationMax: most,
        });
    },
  },
];

function checkSameDay(rows: RowReader, row: number): void {
  if (!rows.has(DURATIONS[0], row)) rows.add('missing_prior_notice_duration_min', row, ruleOf(rows, row));
  forbid(
    rows,
    row,
    ['prior_notice_last_day', 'prior_notice_last_time', 'prior_notice_service_id'],
    'forbidden_same_day_booking_field_value',
  );
}

function checkPriorDay(rows: RowReader, row: number): void {
  if (!rows.has('prior_notice_last_day', row))
    rows.add('missing_prior_notice_last_day', row, ruleOf(rows, row));
  if (!rows.has('prior_notice_last_time', row))
    rows.add('missing_prior_notice_last_time', row, ruleOf(rows, row));
  forbid(rows, row, DURATIONS, 'forbidden_prior_day_booking_field_value');
}

function forbid(
  rows: RowReader,
  row: number,
  names: readonly string[],
  code: Parameters<RowReader['add']>[0],
): void {
  const found = names.filter((name) => rows.has(name, row));
  if (found.length > 0) rows.add(code, row, { ...ruleOf(rows, row), fieldNames: found.join(', ') });
}
