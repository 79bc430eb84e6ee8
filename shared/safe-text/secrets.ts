/**
 * Takes secrets out of texts: servers quote what they were sent, whole or shortened, as it was or in the spelling of whatever it
 * went through. What is learned here is known in this thread alone (`onSecret` tells other ones).
 */

/** So much of a secret says what it is; fewer characters are its provider's prefix, or a word. A shorter secret is found whole only. */
const HEAD_CHARS = 8;
/** Data is not to be changed over a word that a password begins with: of a secret in it so much is found, or all. */
export const DATA_PIECE_CHARS = 16;
/** A shorter one is not hidden: it would be found in every other word. */
const LEAST_CHARS = 4;
const HIDDEN = '[secret]';

/** Every spelling, by its beginning. */
let spellings: ReadonlyMap<string, readonly string[]> = new Map();
let heads: RegExp | undefined;
const known = new Set<string>();
const listeners = new Set<(secret: string) => void>();

/** From now on, `secret` is left out of whatever passes `withoutSecrets` in this thread. */
export function hideSecret(secret: string): void {
  if (secret.length < LEAST_CHARS || known.has(secret)) return;
  known.add(secret);
  spellings = Map.groupBy([...known].flatMap(toSpellings), (spelling) => fold(spelling.slice(0, HEAD_CHARS)));
  // longest first: a short secret may be how a long one begins
  const alternatives = [...spellings.keys()].sort((a, b) => b.length - a.length);
  heads = new RegExp(alternatives.map((head) => head.replace(/[^a-z0-9]/g, toEscape)).join('|'), 'gi');
  for (const tell of listeners) tell(secret);
}

/** Tells of every secret that this thread knows, and learns. */
export function onSecret(tell: (secret: string) => void): void {
  for (const secret of known) tell(secret);
  listeners.add(tell);
}

/** Is there anything to hide? */
export const hasSecrets = (): boolean => heads !== undefined;

/** The longest spelling, in characters: of a text that comes in pieces so much may lie across two. */
export const longestSpelling = (): number =>
  Math.max(0, ...[...spellings.values()].flat().map(({ length }) => length));

/**
 * `text` without any piece of a secret that begins as the secret does, in plain or as JSON, URLs, HTML, base64 or hex spell it.
 * A piece of fewer than `leastChars` stays, unless it is all.
 */
export function withoutSecrets(text: string, leastChars = HEAD_CHARS): string {
  let done = '';
  let end = 0;
  for (const found of findSecrets(text, leastChars)) {
    done += text.slice(end, found.start) + HIDDEN;
    end = found.end;
  }
  return end === 0 ? text : done + text.slice(end);
}

/** Where they are, in order. */
export function* findSecrets(
  text: string,
  leastChars: number,
): Generator<{ readonly start: number; readonly end: number }> {
  let end = 0;
  for (const { 0: head, index: start } of heads ? text.matchAll(heads) : []) {
    if (start < end) continue;
    const length = lengthAt(text, start, head, leastChars);
    if (length === 0) continue;
    end = start + length;
    yield { start, end };
  }
}

/** How much of the text is one of the spellings that begin with `head`; 0 where it is too little. */
function lengthAt(text: string, start: number, head: string, leastChars: number): number {
  const lengths = (spellings.get(fold(head)) ?? []).map((spelling) => {
    const length = sharedLength(text, start, spelling);
    if (length === spelling.length) return length;
    return length < leastChars ? 0 : uncutLength(text.slice(start, start + length));
  });
  return Math.max(...lengths);
}

/** What is left of an escape of JSON that was cut in two would end the string that it stands in. */
const uncutLength = (piece: string): number => piece.replace(/\\+(?:u[0-9a-f]{0,3})?$/i, '').length;

function sharedLength(text: string, start: number, spelling: string): number {
  let length = 0;
  while (length < spelling.length && fold(text[start + length] ?? '') === fold(spelling[length] ?? ''))
    length++;
  return length;
}

const fold = (text: string): string => text.toLowerCase();

/** As JSON and regular expressions have any character: by its number. */
const toEscape = (mark: string): string => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`;

function toSpellings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const bytes = Buffer.from(secret);
  const all = [
    secret,
    // as bytes that were read one by one
    bytes.toString('latin1'),
    json,
    json.replaceAll('/', '\\/'),
    json.replace(/[^ -~]/g, toEscape),
    // JSON within JSON
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    new URLSearchParams({ '': secret }).toString().slice(1),
    encodeURI(secret.toWellFormed()),
    toHtml(secret),
    bytes.toString('hex'),
    ...toBase64(bytes),
  ];
  return [...new Set(all)];
}

const toHtml = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (mark) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' }[mark]};`,
  );

/** Base64 depends on what stands before (`user:secret`): three spellings, each without the characters that it shares with others. */
function toBase64(bytes: Buffer): string[] {
  const shifted = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const spelled = shifted.filter(({ length }) => length >= HEAD_CHARS);
  return spelled.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]);
}
