import { RAILS_ZONES } from './rails-zones.ts';

/**
 * The IANA name of a course's time zone, for display. Canvas writes Rails' own names ("Eastern Time (US & Canada)") or IANA's.
 * Undefined for a name that neither knows.
 */
export function toTimeZone(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const zone = RAILS_ZONES.get(name) ?? name;
  return isTimeZone(zone) ? zone : undefined;
}

/** Does the platform know the zone by this name? */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** `2026-05-01 16:59 PDT` of an ISO date; a date that can't be read as it stands. */
export function toDisplayDate(iso: string, timeZone: string): string {
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) return iso;
  const parts = formatterFor(timeZone).formatToParts(instant);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  const day = `${part('year')}-${part('month')}-${part('day')}`;
  return `${day} ${part('hour')}:${part('minute')} ${part('timeZoneName')}`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}
