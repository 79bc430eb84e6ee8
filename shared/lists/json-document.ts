import { type Found, JsonCursor } from './json-cursor.ts';
import { toJsonRow } from './jsonl.ts';
import { type Entry, listInvalid, ROW_BYTES_MAX, toTooLarge } from './row.ts';

/** A member's name longer than this names nothing that a pointer does. */
const NAME_BYTES_MAX = 64 * 1024;

/**
 * The rows of a JSON document: the elements of an array, or an object's members as `{"key", "value"}`. `pointer` (RFC 6901) says
 * where the array or object is; '' is the document itself. What lies before it is passed over without becoming objects.
 * @throws SmallbatchError LIST_INVALID, with line and byte
 */
export async function* readJsonDocument(
  chunks: AsyncIterable<Uint8Array>,
  pointer: string,
  isPlain: boolean,
): AsyncGenerator<Entry> {
  const cursor = new JsonCursor(chunks);
  try {
    for (const token of toTokens(pointer)) await enter(cursor, token, pointer);
    if ((await cursor.peek()) === '[') yield* elements(cursor, isPlain);
    else if ((await cursor.peek()) === '{') yield* members(cursor);
    else throw listInvalid(cursor.place(), `expected an array or an object at "${pointer}", found neither`);
    // Behind the list itself there may be more of the document; a document that is only the list ends with it.
    if (pointer === '' && (await cursor.peek()) !== '')
      throw listInvalid(cursor.place(), 'expected the end of the document, found more');
  } finally {
    await cursor.close();
  }
}

/** `/a~1b/0` → `a/b`, `0` */
const toTokens = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

/** Goes on to the value that one token of the pointer names. */
async function enter(cursor: JsonCursor, token: string, pointer: string): Promise<void> {
  const open = await cursor.take('[{');
  const close = open === '[' ? ']' : '}';
  for (let index = 0; (await cursor.peek()) !== close; index++) {
    const name = open === '[' ? String(index) : await takeName(cursor);
    if (name === token) return;
    await cursor.value(0);
    if ((await cursor.peek()) === ',') await cursor.take(',');
  }
  throw listInvalid(
    cursor.place(),
    `expected ${JSON.stringify(token)} of the pointer ${pointer}, found none`,
  );
}

async function takeName(cursor: JsonCursor): Promise<string> {
  const { name } = await takeMember(cursor);
  return name;
}

async function takeMember(cursor: JsonCursor): Promise<{ name: string; raw: Buffer; found: Found }> {
  const found = await cursor.value(NAME_BYTES_MAX);
  const raw = found.bytes ?? Buffer.from('""');
  const name: unknown = parseName(raw);
  if (typeof name !== 'string') throw listInvalid(found, 'expected a name in quotes, found something else');
  await cursor.take(':');
  return { name, raw, found };
}

function parseName(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function* elements(cursor: JsonCursor, isPlain: boolean): AsyncGenerator<Entry> {
  await cursor.take('[');
  if ((await cursor.peek()) === ']') return void (await cursor.take(']'));
  do {
    yield toEntry(await cursor.value(ROW_BYTES_MAX), isPlain);
  } while ((await cursor.take(',]')) === ',');
}

function toEntry(found: Found, isPlain: boolean): Entry {
  const { bytes, length, line, byte } = found;
  if (!bytes) return { ...toTooLarge(found, length), isPlain };
  const row = toJsonRow(bytes, { line, byte });
  return row.type === 'row' ? { ...row, isPlain } : row;
}

async function* members(cursor: JsonCursor): AsyncGenerator<Entry> {
  await cursor.take('{');
  if ((await cursor.peek()) === '}') return void (await cursor.take('}'));
  do {
    const { raw } = await takeMember(cursor);
    const found = await cursor.value(ROW_BYTES_MAX);
    const value = toEntry(found, false);
    if (value.type === 'bad') yield value;
    else yield { ...value, json: Buffer.concat([KEY, raw, VALUE, value.json, END]) };
  } while ((await cursor.take(',}')) === ',');
}

const KEY = Buffer.from('{"key":');
const VALUE = Buffer.from(',"value":');
const END = Buffer.from('}');
