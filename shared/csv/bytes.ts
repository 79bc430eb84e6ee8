/** The bytes that structure a table. */
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
const TAB = 0x09;

/** A quote that is open over more line ends than this was never meant as one: it is read again as text. */
export const QUOTED_LINES_MAX = 500;

export const isBlank = (byte: number | undefined): boolean => byte === SPACE || byte === TAB;

/** Does a byte order mark (U+FEFF in UTF-8) begin here? */
export const hasMark = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
