import { describe, expect, test } from 'vitest';
import { decodeText, decodeWhole } from '../../../shared/text/decode.ts';

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');

async function decoded(bytes: Uint8Array, chunkBytes: number, declared?: string): Promise<string> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  let text = '';
  for await (const piece of decodeText(chunks(), declared)) text += piece;
  return text;
}

const CASES: readonly [string, Uint8Array, string, string?][] = [
  ['nothing', Buffer.alloc(0), ''],
  ['one byte', utf8('x'), 'x'],
  ['two bytes of one character', utf8('é'), 'é'],
  ['UTF-8', utf8('naïve 😀 日本語'), 'naïve 😀 日本語'],
  ['UTF-8 with BOM', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), utf8('é')]), 'é'],
  ['UTF-16 little-endian with BOM', Buffer.from('\ufeffhé', 'utf16le'), 'hé'],
  ['UTF-16 big-endian with BOM', Buffer.from('\ufeffhé', 'utf16le').swap16(), 'hé'],
  ['Latin-1', Buffer.from('café au lait', 'latin1'), 'café au lait'],
  ['Windows-1252 quotes', Buffer.from([0x93, 0x68, 0x69, 0x94]), '“hi”'],
  ['Latin-1 at the very end', Buffer.from('café', 'latin1'), 'café'],
  ['UTF-8 with one stray byte', Buffer.concat([utf8('é '), Buffer.from([0xff]), utf8(' ü')]), 'é \ufffd ü'],
  ['UTF-8 cut off in a character', utf8('é€').subarray(0, 4), 'é\ufffd'],
  ['a declared encoding', Buffer.from([0xd0, 0xce]), 'пн', 'koi8-r'],
  ['a declared encoding that nobody knows', utf8('é'), 'é', 'klingon-1'],
  ['a declared UTF-16 that is none', utf8('<?xml?>é'), '<?xml?>é', 'utf-16'],
];

describe.each([1, 2, 3, 5, 1024])('read in pieces of %i bytes', (chunkBytes) => {
  test.each(CASES)('%s', async (_, bytes, expected, declared) => {
    const text = await decoded(bytes, chunkBytes, declared);

    expect(text).toBe(expected);
  });
});

test.each(CASES)('whole: %s', (_, bytes, expected, declared) => {
  const text = decodeWhole(bytes, declared);

  expect(text).toBe(expected);
});
