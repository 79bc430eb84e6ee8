export interface DateRange {
  readonly unlockAt: string | undefined;
  readonly lockAt: string | undefined;
}

/** Is it locked at `now`: not unlocked yet, or locked again? A date that can't be read locks: rather late than too early. */
export function isDateLocked({ unlockAt, lockAt }: DateRange, now: Date): boolean {
  return isBefore(now, unlockAt) || (isGiven(lockAt) && now.getTime() > (toInstant(lockAt) ?? -Infinity));
}

/** Is `now` before a date that is given? One that can't be read never comes. */
export function isBefore(now: Date, date: string | undefined): boolean {
  return isGiven(date) && now.getTime() < (toInstant(date) ?? Infinity);
}

function isGiven(date: string | undefined): date is string {
  return date !== undefined && date.trim() !== '';
}

const WITHOUT_OFFSET = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/;

/**
 * Milliseconds since 1970 of an ISO 8601 date. One without an offset is in UTC: Canvas writes all dates of an export so
 * (canvas-lms lib/cc/cc_helper.rb, `ims_datetime`), whatever the course's time zone.
 */
export function toInstant(text: string): number | undefined {
  const date = text.trim();
  const isDay = date.length === 'YYYY-MM-DD'.length;
  const known = WITHOUT_OFFSET.test(date) && !isDay ? `${date.replace(' ', 'T')}Z` : date;
  const instant = Date.parse(known);
  return Number.isNaN(instant) ? undefined : instant;
}

/** `2026-05-01T23:59:00Z`; undefined for no date, and for one that can't be read. */
export function toIsoDate(text: string | undefined): string | undefined {
  const instant = text === undefined ? undefined : toInstant(text);
  return instant === undefined ? undefined : new Date(instant).toISOString().replace('.000Z', 'Z');
}
