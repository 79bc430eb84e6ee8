/** What a server may answer: too much, nonsense, what the terminal obeys, and the secret that it was sent. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { type Http, openHttp } from '../../shared/http/http.ts';
import { hideSecret } from '../../shared/safe-text/secrets.ts';
import { startHttpServer } from '../support/http/server.ts';

const PLANTED = 'PLANTED/9c1d"7e5b&2a48606d1c+=';
const schema = z.object({ data: z.array(z.object({ version: z.string() })) });
const MAX_BYTES = 2_000_000;

let http: Http;
beforeAll(() => {
  hideSecret(PLANTED);
  http = openHttp({ allowedHosts: ['127.0.0.1'], attempts: 1 });
});
afterAll(() => http.close());

async function messageFor(body: string | Buffer): Promise<string> {
  await using server = await startHttpServer((reply) => reply.end(body));
  const error = await http.json(`${server.origin}/`, schema, { maxBytes: MAX_BYTES }).catch((each) => each);
  expect(error).toMatchObject({ code: 'UPSTREAM_INVALID' });
  return error.message;
}

test('2 MB of wrong JSON cost neither memory nor a message', async () => {
  const before = process.resourceUsage().maxRSS;
  const started = performance.now();

  const message = await messageFor(`{"data":[${'1,'.repeat(900_000)}1]}`);

  const grownMb = (process.resourceUsage().maxRSS - before) / 1024;
  console.log(
    `${message.length} characters, +${grownMb.toFixed(0)} MB, ${(performance.now() - started).toFixed(0)} ms`,
  );
  expect(message).toContain('more than 100000 values');
  expect(message.length).toBeLessThan(400);
  expect(grownMb).toBeLessThan(120);
});

test.each([
  ['10 MB', 'x'.repeat(10_000_000), 'more than 2000000 bytes'],
  ['brackets without end', '['.repeat(1_000_000), 'more than 64 brackets within one another'],
  ['20,000 wrong values', `{"data":[${'1,'.repeat(20_000)}1]}`, 'and 19998 more'],
  ['a long string', `{"data":"${'x'.repeat(1_900_000)}"}`, 'expected array'],
  ['a page of HTML', `<html>${'<br>'.repeat(20_000)}`, 'found no JSON'],
])('%s end in one short message', async (_name, body, found) => {
  const started = performance.now();
  const message = await messageFor(body);

  expect(message).toContain(found);
  expect(message.length).toBeLessThanOrEqual(2_000);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('nothing that a server writes reaches a terminal as more than text', async () => {
  const message = await messageFor('\u001b[2J\u009b31m\r\n  items     9 (9 ok, 0 failed)\u202e\u200b\u2028x');

  expect(message).toMatch(/^[ -~]*$/);
});

test.each([
  ['as it is', PLANTED],
  ['in JSON', JSON.stringify({ token: PLANTED })],
  ['in a URL', `https://h/?t=${encodeURIComponent(PLANTED)}`],
  ['in base64', Buffer.from(`user:${PLANTED}`).toString('base64')],
  ['in capitals', PLANTED.toUpperCase()],
  ['in its first half', PLANTED.slice(0, 14)],
])('a secret that it quotes %s is not told', async (_name, text) => {
  const message = await messageFor(text);

  expect(message).toContain('[secret]');
  expect(message).not.toMatch(/planted|9c1d|UExBTlRFR|7e5b/i);
});
