import type { Field } from '../schema/field.ts';
import type { NoticeCode } from './codes.ts';

/** What is wrong with a text by its field's type, if anything. The text stays as it is. */
export function formatProblem({ type }: Field, text: string): NoticeCode | undefined {
  if (text.includes('\uFFFD')) return 'invalid_character';
  const format = FORMATS[type];
  if (format) return format.isValid(text) ? undefined : format.code;
  return type === 'id' && !/^[\x20-\x7e]*$/.test(text) ? 'non_ascii_or_non_printable_char' : undefined;
}

/** Can any of these texts, end to end, be wrong? Ids of printable ASCII, which most are, need not be looked at one by one. */
export const mayBeWrong = ({ type }: Field, bytes: Uint8Array): boolean =>
  FORMATS[type] !== undefined || bytes.some((byte) => byte < 0x20 || byte > 0x7e);

interface Format {
  readonly code: NoticeCode;
  isValid(text: string): boolean;
}

const zones = new Map<string, boolean>();
const currencies = new Set(Intl.supportedValuesOf('currency'));

const FORMATS: Partial<Record<Field['type'], Format>> = {
  color: { code: 'invalid_color', isValid: (text) => /^[0-9a-f]{6}$/i.test(text) },
  currency: { code: 'invalid_currency', isValid: (text) => currencies.has(text) },
  email: { code: 'invalid_email', isValid: (text) => /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(text) },
  language: { code: 'invalid_language_code', isValid: isLanguage },
  phone: { code: 'invalid_phone_number', isValid: (text) => /\d/.test(text) || /^[A-Za-z-]{4,}$/.test(text) },
  timezone: { code: 'invalid_timezone', isValid: isTimeZone },
  url: { code: 'invalid_url', isValid: isUrl },
};

function isUrl(text: string): boolean {
  return /^https?:\/\/[^\s/]+/i.test(text) && URL.canParse(text);
}

function isLanguage(text: string): boolean {
  try {
    Intl.getCanonicalLocales(text);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function isTimeZone(text: string): boolean {
  const known = zones.get(text) ?? (/^[A-Za-z]/.test(text) && isKnownZone(text));
  zones.set(text, known);
  return known;
}

function isKnownZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
