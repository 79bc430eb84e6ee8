/** Markers of list items, printed as text. */
export interface Marker {
  readonly kind: 'bullet' | 'number' | 'letter';
  /** What Markdown writes: `-` or `3.`; letters are kept in the text, as Markdown has none. */
  readonly text: string;
}

const BULLET = /^[•◦▪▫‣⁃●○■□◆◇➢➤✓✔❖∙·*–—\-\u2212\uf0b7\uf0a7]$/u;
const NUMBER = /^\(?(\d{1,3})[.)]$/;
const LETTER = /^\(?([a-zA-Z]|[ivx]{2,4})[.)]$/;

export function parseMarker(word: string): Marker | undefined {
  if (BULLET.test(word)) return { kind: 'bullet', text: '-' };
  const number = NUMBER.exec(word);
  if (number) return { kind: 'number', text: `${Number(number[1])}.` };
  return LETTER.test(word) ? { kind: 'letter', text: word } : undefined;
}

export function isListMarker(text: string): boolean {
  return parseMarker(text.split(' ')[0] ?? '') !== undefined;
}
