/** Takes a key out of a text: servers quote what they were sent, whole or shortened. */

/** So much of a key says what it is; fewer characters are its provider's prefix, or a word. */
const LEAST = 8;

/** `text` with every piece of `key` that begins as it does replaced; a key shorter than that only as a whole. */
export function redact(text: string, key: string | undefined): string {
  if (!key) return text;
  const head = key.slice(0, LEAST);
  const [first = '', ...rest] = text.split(head);
  return rest.reduce(
    (done, piece) => `${done}[key]${piece.slice(sharedLength(piece, key.slice(LEAST)))}`,
    first,
  );
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}
