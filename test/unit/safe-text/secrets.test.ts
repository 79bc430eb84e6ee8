import { describe, expect, test } from 'vitest';
import {
  bytesWithoutSecrets,
  streamWithoutSecrets,
  withoutSecretsIn,
} from '../../../shared/safe-text/hide.ts';
import { hideSecret, withoutSecrets } from '../../../shared/safe-text/secrets.ts';

/** With every character that some spelling escapes. */
const SECRET = 'PLANTED/to ken+"é"<&1234567890=';
hideSecret(SECRET);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a secret is left out', () => {
  test.each([
    ['as it is', SECRET],
    ['in capitals', SECRET.toUpperCase()],
    ['in JSON', JSON.stringify({ a: SECRET })],
    ['in JSON of ASCII', JSON.stringify(SECRET).replaceAll('é', '\\u00e9')],
    ['in JSON within JSON', JSON.stringify(JSON.stringify({ a: SECRET }))],
    ['in JSON with escaped slashes', JSON.stringify(SECRET).replaceAll('/', '\\/')],
    ['in a URL', encodeURIComponent(SECRET)],
    ['in a form', new URLSearchParams({ SECRET }).toString()],
    ['in a form in small letters', new URLSearchParams({ SECRET }).toString().toLowerCase()],
    ['in HTML', SECRET.replace('<', '&lt;').replace('&1', '&amp;1').replaceAll('"', '&quot;')],
    ['in base64', base64(SECRET)],
    ['in base64 behind one letter', base64(`u${SECRET}`)],
    ['in base64 behind two letters', base64(`us${SECRET}!`)],
    ['in base64 of URLs', Buffer.from(`user:${SECRET}`).toString('base64url')],
    ['in hex', Buffer.from(SECRET).toString('hex')],
    ['cut off', `${SECRET.slice(0, 9)}…`],
  ])('%s', (_name, text) => {
    const clean = withoutSecrets(text);

    expect(clean).toContain('[secret]');
    expect(clean.toLowerCase()).not.toMatch(/planted|ken\+|1234567|uefOv|504c41/i);
  });
});

test('what is left of JSON is JSON, even where a text only begins as the secret does', () => {
  for (const text of ['PLANTED/to ken+\\', 'PLANTED/to ken+\\n', 'PLANTED/to ken+"\u00ff', 'PLANTED/'])
    expect(() => JSON.parse(withoutSecrets(JSON.stringify({ text })))).not.toThrow();
});

test('data loses a whole secret and long pieces, but no word that one begins with', () => {
  const data = { list: ['PLANTED/trees', SECRET, 7], set: new Set([1]), [SECRET]: null };

  const clean = withoutSecretsIn(data);

  expect(clean).toEqual({ list: ['PLANTED/trees', '[secret]', 7], set: new Set([1]), '[secret]': null });
});

test.each([1, 2, 7, 30, 64])('a stream in pieces of %i bytes loses what lies across them', async (size) => {
  const bytes = Buffer.from(`é ${SECRET} and ${base64(SECRET)} and PLANTED/trees`);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }

  const clean = Buffer.concat(await Array.fromAsync(streamWithoutSecrets(pieces()))).toString();

  expect(clean).toMatch(/^é \[secret\] and \[secret\]\S{0,2} and PLANTED\/trees$/);
  expect(bytesWithoutSecrets(bytes)).toEqual(Buffer.from(clean));
});
