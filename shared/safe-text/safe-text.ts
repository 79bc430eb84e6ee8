/**
 * What strangers wrote, made safe to store and to show: of bounded length, on one line, with every character to be seen, without
 * secrets and without the credentials of URLs.
 */
import { withoutSecrets } from './secrets.ts';

declare const isSafe: unique symbol;
/** A text that passed `toSafeText`. Only it makes one, so whoever asks for this type gets no other. */
export type SafeText = string & { readonly [isSafe]: true };

/** Of a failure's message: a run's record of DynamoDB may have 400 kB, a message of SQS 1 MiB with all its items. */
export const SAFE_TEXT_CHARS = 2_000;
const CUT_MARK = ' …[cut]';
/** What is looked at of a longer text: escapes and redaction may make it shorter, so it is cut once before and once after them. */
const LOOKED_AT_CHARS = 8 * SAFE_TEXT_CHARS;

/** Any text as part of a failure's message, or of a line on a terminal. The same text once more is left as it is. */
export function toSafeText(text: string): SafeText {
  const start = cut(text, LOOKED_AT_CHARS);
  const clean = toPrintable(withoutCredentials(withoutSecrets(start)));
  return cut(clean, SAFE_TEXT_CHARS) as SafeText;
}

function cut(text: string, chars: number): string {
  if (text.length <= chars) return text;
  // not between the halves of a character
  return `${text.slice(0, chars - CUT_MARK.length).replace(/[\uD800-\uDBFF]$/, '')}${CUT_MARK}`;
}

/** Line ends become spaces: a line of a report is one thing's. */
const LINE_ENDS = /[\n\r\u2028\u2029]\s*/g;
/**
 * Controls (C0, C1, ESC), formats (bidi overrides, zero-width), halves of characters, and what is drawn as nothing; but for the
 * blanks that are drawn as blanks.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** One line, all of whose characters can be seen: any other is written as `\u001b`. */
export function toPrintable(text: string): string {
  return text
    .replace(LINE_ENDS, ' ')
    .replaceAll('\t', ' ')
    .replace(UNSEEN, (unseen) => `\\u${(unseen.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

/** `scheme://user:password@` and `scheme://token@`. */
const CREDENTIALS = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^/?#\s"'<>]*@/gi;

/** A URL that was cut off before its `@`: what stands behind the colon is no port. */
const CUT_CREDENTIALS =
  /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^/?#\s"'<>:[\]]*:(?!\d{1,5}(?![\w-])|[/?#\s"'<>]|$)[^/?#\s"'<>]*/gi;

export function withoutCredentials(text: string): string {
  return text.replace(CREDENTIALS, '$1').replace(CUT_CREDENTIALS, '$1…');
}
