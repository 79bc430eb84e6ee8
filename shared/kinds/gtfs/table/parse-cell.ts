/** Numbers, times and dates from a cell's bytes, without making strings. */
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const INT32_MAX = 2_147_483_647;
/** What the parsers of integers, times and dates return for anything else. */
export const INVALID = -2_147_483_648;

/** Digits, with a sign or without, within 32 bits. */
export function parseInteger(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start];
  const isNegative = first === MINUS;
  const value = parseDigits(bytes, isNegative || first === PLUS ? start + 1 : start, end);
  return isNegative && value !== INVALID ? -value : value;
}

function parseDigits(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) return INVALID;
    value = value * 10 + byte - ZERO;
    if (value > INT32_MAX) return INVALID;
  }
  return end > start ? value : INVALID;
}

/** H:MM:SS with one to three digits for the hours, in seconds since noon minus 12 h; 24 h and more are the next day. */
export function parseTime(bytes: Uint8Array, start: number, end: number): number {
  const hourEnd = end - 6;
  if (hourEnd - start < 1 || hourEnd - start > 3) return INVALID;
  if (bytes[hourEnd] !== COLON || bytes[end - 3] !== COLON) return INVALID;
  const hours = parseDigits(bytes, start, hourEnd);
  const minutes = twoDigits(bytes, hourEnd + 1);
  const seconds = twoDigits(bytes, end - 2);
  if (hours < 0 || minutes < 0 || seconds < 0 || minutes > 59 || seconds > 59) return INVALID;
  return hours * 3600 + minutes * 60 + seconds;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - ZERO;
  const ones = (bytes[at + 1] as number) - ZERO;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}

/** YYYYMMDD, a day that there is, as days since 1970-01-01. */
export function parseDate(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 8) return INVALID;
  const date = parseDigits(bytes, start, end);
  if (date < 0) return INVALID;
  const year = Math.floor(date / 10_000);
  const month = Math.floor(date / 100) % 100;
  const day = date % 100;
  const time = Date.UTC(year, month - 1, day);
  const parsed = new Date(time);
  const isReal = year >= 100 && parsed.getUTCMonth() === month - 1 && parsed.getUTCDate() === day;
  return isReal ? time / 86_400_000 : INVALID;
}

/** Up to here a mantissa is exact, and so is its quotient by a power of ten up to 10^22. */
const EXACT_DIGITS = 15;
const POWERS = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/** A decimal number, with a sign and an exponent or without; NaN for anything else, also for infinite ones. */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === MINUS;
  const from = isNegative ? start + 1 : start;
  const value = isPlain(bytes, from, end) ? parsePlain(bytes, from, end) : Number.NaN;
  if (Number.isNaN(value)) return parseSlowly(bytes, start, end);
  return isNegative ? -value : value;
}

function parsePlain(bytes: Uint8Array, from: number, end: number): number {
  let mantissa = 0;
  let point = end - 1;
  for (let at = from; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte >= ZERO && byte <= NINE) mantissa = mantissa * 10 + byte - ZERO;
    else if (byte === POINT && point === end - 1) point = at;
    else return Number.NaN;
  }
  return mantissa / (POWERS[end - 1 - point] as number);
}

/** Short, with a digit at both ends. */
const isPlain = (bytes: Uint8Array, from: number, end: number): boolean =>
  end - from <= EXACT_DIGITS && isDigit(bytes[from]) && isDigit(bytes[end - 1]);

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE;

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;
const DECIMAL_CHARS = 400;

function parseSlowly(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > DECIMAL_CHARS) return Number.NaN;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}
