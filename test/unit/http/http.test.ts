import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Http, type HttpOptions, openHttp } from '../../../shared/http/http.ts';
import {
  type Answer,
  hang,
  ok,
  redirect,
  reset,
  type SeenRequest,
  stalled,
  startHttpServer,
  status,
  type TestServer,
  truncated,
} from '../../support/http/server.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const resource of open.splice(0)) await resource[Symbol.asyncDispose]();
});

async function start(...answers: Answer[]): Promise<TestServer> {
  const server = await startHttpServer(...answers);
  open.push(server);
  return server;
}

/** Quick pauses; what a test gives comes last. */
function client(server: TestServer, options: Partial<HttpOptions> = {}): Http {
  const http = openHttp({
    allowedHosts: [server.host],
    pauseMs: 1,
    headersMs: 300,
    silenceMs: 300,
    ...options,
  });
  open.push({ [Symbol.asyncDispose]: () => http.close() });
  return http;
}

const value = z.object({ n: z.number() });
const readJson = (http: Http, url: string, maxBytes = 1000) => http.json(url, value, { maxBytes });

describe('what may pass is tried again', () => {
  test.each<[string, Answer]>([
    ['408', status(408)],
    ['429', status(429)],
    ['500', status(500)],
    ['502', status(502)],
    ['503', status(503)],
    ['504', status(504)],
    ['a reset', reset],
    ['no reply', hang],
    ['a body cut off', truncated('{"n": 12345678}')],
    ['a body that stops', stalled],
  ])('%s', async (_, fault) => {
    const server = await start(fault, fault, ok('{"n": 1}'));

    const found = await readJson(client(server), server.origin);

    expect(found).toEqual({ n: 1 });
    expect(server.requests).toHaveLength(3);
  });

  test.each<[string, Answer, string]>([
    ['a status', status(503), 'expected status 2xx, found 503 (2 attempts)'],
    ['no reply', hang, 'Headers Timeout Error (UND_ERR_HEADERS_TIMEOUT) (2 attempts)'],
    ['a body that stops', stalled, 'Body Timeout Error (UND_ERR_BODY_TIMEOUT) (2 attempts)'],
  ])('only so often: %s', async (_, fault, message) => {
    const server = await start(fault);

    const reading = readJson(client(server, { attempts: 2 }), `${server.origin}/a?secret=1`);

    await expect(reading).rejects.toMatchObject({
      code: 'UPSTREAM_FAILED',
      message: `${server.origin}/a: ${message}`,
    });
    expect(server.requests).toHaveLength(2);
  });

  test('an attempt has a time, however the reply drips in', async () => {
    const server = await start((reply) => {
      const drip = setInterval(() => reply.write(' '), 50);
      reply.on('close', () => clearInterval(drip));
    });
    const http = client(server, { attempts: 1 });

    const reading = http.json(server.origin, value, { maxBytes: 1000, timeoutMs: 200 });

    await expect(reading).rejects.toMatchObject({
      code: 'UPSTREAM_FAILED',
      message: expect.stringContaining('TimeoutError'),
    });
  });

  test('a port that nobody listens on fails', async () => {
    const server = await start();
    const http = client(server, { attempts: 2 });
    await open.shift()?.[Symbol.asyncDispose]();

    const reading = readJson(http, server.origin);

    await expect(reading).rejects.toMatchObject({
      code: 'UPSTREAM_FAILED',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('Retry-After', () => {
  test.each<[string, () => string, number]>([
    ['seconds', () => '1', 990],
    ['a date', () => new Date(Date.now() + 2000).toUTCString(), 900],
  ])('in %s is waited for', async (_, header, atLeastMs) => {
    const server = await start(
      (reply) => status(429, { 'retry-after': header() })(reply, server.requests[0] as SeenRequest),
      ok('{"n": 1}'),
    );
    const started = performance.now();

    await readJson(client(server), server.origin);

    expect(performance.now() - started).toBeGreaterThanOrEqual(atLeastMs);
    expect(server.requests).toHaveLength(2);
  });

  test('that is too long ends the attempts', async () => {
    const server = await start(status(429, { 'retry-after': '3600' }), ok('{"n": 1}'));

    const reading = readJson(client(server), server.origin);

    await expect(reading).rejects.toMatchObject({
      code: 'UPSTREAM_FAILED',
      message: expect.stringContaining('asks for a wait of 3600 s, more than the 60 s'),
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('what will not pass is not tried again', () => {
  test.each<[string, Answer, string, string]>([
    ['404', status(404), 'UPSTREAM_MISSING', 'found 404'],
    ['401', status(401), 'UPSTREAM_REFUSED', 'found 401'],
    ['403', status(403), 'UPSTREAM_REFUSED', 'found 403'],
    ['400', status(400), 'UPSTREAM_FAILED', 'found 400'],
    [
      'HTML',
      ok('<html>sorry</html>'),
      'UPSTREAM_INVALID',
      'found no JSON; it begins with "<html>sorry</html>"',
    ],
    ['another shape', ok('{"n": "1"}'), 'UPSTREAM_INVALID', 'expected number, received string'],
    ['too much', ok(' '.repeat(2000)), 'UPSTREAM_INVALID', 'found more than 1000 bytes'],
    ['no location', status(302), 'UPSTREAM_INVALID', 'expected a redirect with a location'],
  ])('%s', async (_, answer, code, message) => {
    const server = await start(answer);

    const reading = readJson(client(server), `${server.origin}/x?token=hidden`);

    await expect(reading).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    await expect(reading).rejects.not.toMatchObject({ message: expect.stringContaining('hidden') });
    expect(server.requests).toHaveLength(1);
  });

  test('a URL that is none', async () => {
    const server = await start();

    const sending = client(server).send('/relative?token=hidden');

    await expect(sending).rejects.toMatchObject({
      code: 'UPSTREAM_INVALID',
      message: 'expected an absolute URL, found something else',
    });
  });
});

describe('redirects', () => {
  test('are followed, with the credentials only within an origin', async () => {
    const other = await start(ok('{"n": 2}'));
    const server = await start(redirect('/b?c=d'), redirect(`${other.origin}/e`));
    const http = client(server, { allowedHosts: [server.host, other.host] });

    const found = await http.json(server.origin, value, {
      maxBytes: 1000,
      headers: { Authorization: 'Token t', 'x-kept': 'k' },
    });

    expect(found).toEqual({ n: 2 });
    expect(server.requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/', 'Token t'],
      ['/b?c=d', 'Token t'],
    ]);
    expect(other.requests[0]?.headers).toMatchObject({ 'x-kept': 'k' });
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  test('that go round end', async () => {
    const server = await start(redirect('/again'));

    const sending = client(server).send(server.origin);

    await expect(sending).rejects.toMatchObject({
      message: expect.stringContaining('more than 5 redirects'),
    });
    expect(server.requests).toHaveLength(6);
  });

  test.each(['http://169.254.169.254/', 'http://2130706433/', 'http://localhost/', 'file:///etc/passwd'])(
    'to %s are refused, once',
    async (location) => {
      const server = await start(redirect(location));

      const sending = client(server).send(server.origin);

      await expect(sending).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
      expect(server.requests).toHaveLength(1);
    },
  );

  test('do not take a POST along', async () => {
    const server = await start(redirect('/elsewhere', 307));

    const sending = client(server).send(server.origin, { method: 'POST', body: 'secret' });

    await expect(sending).rejects.toMatchObject({
      message: expect.stringContaining('a POST is not redirected'),
    });
  });
});

describe('addresses', () => {
  test('what the config does not name is not reached, as an address or by a name', async () => {
    const server = await start(ok('{}'));
    const http = client(server, { allowedHosts: [] });

    for (const url of [server.origin, server.origin.replace('127.0.0.1', 'localhost')])
      await expect(http.send(url)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });

    expect(server.requests).toHaveLength(0);
  });

  test('a name that the config allows is reached', async () => {
    const server = await start(ok('{"n": 3}'));
    const http = client(server, { allowedHosts: [server.host.replace('127.0.0.1', 'localhost')] });

    const found = await readJson(http, server.origin.replace('127.0.0.1', 'localhost'));

    expect(found).toEqual({ n: 3 });
  });
});

describe('the caller', () => {
  test.each<[string, Answer]>([
    ['a request', hang],
    ['a body', stalled],
    ['a pause', status(503, { 'retry-after': '50' })],
  ])('ends %s at once, with its own reason', async (_, answer) => {
    const server = await start(answer);
    const leaving = new AbortController();
    const http = client(server, { headersMs: 50_000, silenceMs: 50_000 });

    const reading = http.json(server.origin, value, { maxBytes: 1000, signal: leaving.signal });
    setTimeout(() => leaving.abort(new Error('enough')), 100);

    await expect(reading).rejects.toThrow('enough');
  });

  test('sends what it likes, and reads the reply as a stream', async () => {
    const server = await start(ok('a reply', { 'x-said': 'yes' }));

    const reply = await client(server).send(`${server.origin}/p`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'a question',
    });

    expect(await text(reply.body)).toBe('a reply');
    expect(reply).toMatchObject({ status: 200, url: `${server.origin}/p`, headers: { 'x-said': 'yes' } });
    expect(server.requests[0]).toMatchObject({ method: 'POST', body: 'a question' });
  });

  test('may leave a body unread: its connection ends', async () => {
    const server = await start(stalled);
    const http = client(server, { silenceMs: 50_000 });

    const reply = await http.send(server.origin);
    reply.body.destroy();

    const reading = http.read(server.origin, {}, async () => 'not read');
    expect(await reading).toBe('not read');
  });
});

test('a proxy from the environment gets the requests for names; literal addresses are judged all the same', async () => {
  const proxy = await start(ok('{"n": 4}'));
  process.env.http_proxy = proxy.origin;
  try {
    const http = client(proxy, { allowedHosts: [] });

    const found = await readJson(http, 'http://galaxy.invalid/api/');
    const refused = http.send('http://169.254.169.254/');

    expect(found).toEqual({ n: 4 });
    await expect(refused).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(proxy.requests.map(({ url }) => url)).toEqual(['http://galaxy.invalid/api/']);
  } finally {
    delete process.env.http_proxy;
  }
});
