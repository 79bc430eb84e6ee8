/** Line ends of Unicode that JSON may hold as they are, and at which many readers split lines (readline, Python's splitlines). */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/** `value` as one line of JSON, also for readers that know more line ends than `\n`. */
export function toJsonLine(value: object): string {
  const json = JSON.stringify(value).replace(
    LINE_ENDS,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${json}\n`;
}
