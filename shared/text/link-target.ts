/** Schemes whose links run code, or hold themselves what they show. */
const HARMFUL = /^(javascript|vbscript|data):/i;

/** No reader of the Markdown should be led there. Browsers overlook blanks and control characters within a scheme. */
export function isHarmfulLink(link: string): boolean {
  return HARMFUL.test(link.replace(/[\p{Cc}\s]/gu, ''));
}

/** A link's text as Markdown: `text` alone where the link is empty or harmful. */
export function toLink(text: string, link: string): string {
  if (link === '' || isHarmfulLink(link)) return text;
  return `[${text}](${link.replace(/[\p{Cc}\s()<>]/gu, percentEncoded)})`;
}

/** `encodeURIComponent` leaves parentheses as they are. */
function percentEncoded(char: string): string {
  return encodeURIComponent(char).replace('(', '%28').replace(')', '%29');
}
