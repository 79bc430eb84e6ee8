/** When dates count as passed: the moment of the run, and the zone of dates without an offset. */
export interface Clock {
  readonly now: Date;
  readonly timeZone: string;
}

export interface DateRange {
  readonly unlockAt: string | undefined;
  readonly lockAt: string | undefined;
}

/** Is it locked now: not unlocked yet, or locked again? A date that can't be read locks: rather late than too early. */
export function isDateLocked({ unlockAt, lockAt }: DateRange, { now, timeZone }: Clock): boolean {
  const unlock = isGiven(unlockAt) ? (toInstant(unlockAt, timeZone) ?? Infinity) : -Infinity;
  const lock = isGiven(lockAt) ? (toInstant(lockAt, timeZone) ?? -Infinity) : Infinity;
  return now.getTime() < unlock || now.getTime() > lock;
}

function isGiven(date: string | undefined): boolean {
  return date !== undefined && date.trim() !== '';
}

const LOCAL = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$/;

/** Milliseconds since 1970 of an ISO 8601 date; one without an offset is local to `timeZone`. */
export function toInstant(text: string | undefined, timeZone: string): number | undefined {
  if (text === undefined || text === '') return undefined;
  const match = LOCAL.exec(text.trim());
  if (match === null) return numberOrNothing(Date.parse(text));
  const [, year, month, day, hour = '0', minute = '0', second = '0'] = match;
  const asUtc = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  if (Number.isNaN(asUtc)) return undefined;
  // the offset at the guess may differ from that at the result by a clock change: twice is enough
  const guess = asUtc - offsetAt(asUtc, timeZone);
  return asUtc - offsetAt(guess, timeZone);
}

function numberOrNothing(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

/** How many milliseconds the zone's clocks are ahead of UTC at an instant. */
function offsetAt(instant: number, timeZone: string): number {
  const parts = formatterFor(timeZone).formatToParts(instant);
  const value = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const local = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  );
  return local - Math.floor(instant / 1000) * 1000;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}

/** Does the platform know the zone? Canvas also writes Rails' own names ("Eastern Time (US & Canada)"). */
export function isTimeZone(name: string): boolean {
  try {
    formatterFor(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
