/** What a reader of the Markdown may be led to; a link without a scheme stays within the results. */
const SCHEMES = new Set(['http', 'https', 'mailto', 'tel']);
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
/** Browsers overlook these within a URL (WHATWG URL, 4.4). */
const WITHIN = /[\t\n\r]/g;
/**
 * Signs that would end the target, or that Markdown would read as something else before it is one: code, mathematics, an escape, a tag.
 * A backslash is no part of a URL.
 */
const UNSAFE = /[\p{Cc}\s()<>\\`$]/gu;
const REFERENCE = /&(?=#?\w{1,32};)/g;

/** A link's target as Markdown; empty where the link is, or leads to a scheme that is not http, https, mailto or tel. */
export function toTarget(link: string): string {
  const target = withoutBlanks(link.toWellFormed().replace(WITHIN, ''));
  return isAllowed(target) ? target.replace(UNSAFE, percentEncoded).replace(REFERENCE, '&amp;') : '';
}

/** The same as HTML's attribute takes it, before it is escaped. */
export function toHref(link: string): string {
  const target = withoutBlanks(link.toWellFormed().replace(WITHIN, ''));
  return isAllowed(target) ? target : '';
}

function isAllowed(target: string): boolean {
  const scheme = SCHEME.exec(target)?.[1]?.toLowerCase();
  return scheme === undefined || SCHEMES.has(scheme);
}

/** Browsers strip blanks and control characters around a URL. */
function withoutBlanks(link: string): string {
  let start = 0;
  let end = link.length;
  while (start < end && (link[start] ?? '') <= ' ') start += 1;
  while (end > start && (link[end - 1] ?? '') <= ' ') end -= 1;
  return link.slice(start, end);
}

/** `encodeURIComponent` leaves parentheses as they are. */
function percentEncoded(char: string): string {
  return encodeURIComponent(char).replace('(', '%28').replace(')', '%29');
}
