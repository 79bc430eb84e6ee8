/** Servers that the config speaks of: private authorities, client certificates, proxies, logins, rates. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { type Http, openHttp } from '../../../shared/http/http.ts';
import type { ServerSettings } from '../../../shared/server-settings.ts';
import { ok, redirect, startHttpServer } from '../../support/http/server.ts';

const pem = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../fixtures/tls', `${name}.pem`), 'utf8');

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return `127.0.0.1:${address.port}`;
}

/** A server with a certificate of the private authority; it says whose certificate the client has. */
async function startTls(requestCert: boolean): Promise<string> {
  const server = createTlsServer(
    { cert: pem('server'), key: pem('server'), ca: pem('ca'), requestCert, rejectUnauthorized: requestCert },
    (request, reply) => reply.end((request.socket as TLSSocket).getPeerCertificate().subject?.CN ?? 'nobody'),
  );
  return `https://${await listen(server)}`;
}

function client(
  origin: string,
  settings: Omit<ServerSettings, 'origin'>,
  others: readonly string[] = [],
): Http {
  const allowedHosts = [new URL(origin).host, ...others];
  const http = openHttp({ allowedHosts, servers: [{ origin, ...settings }], attempts: 1 });
  open.push(() => http.close());
  return http;
}

const read = (http: Http, url: string): Promise<string> =>
  http.read(url, {}, async ({ body }) => Buffer.concat(await Array.fromAsync(body)).toString());

describe('a certificate of a private authority', () => {
  test('is refused by default, and taken where the config has the authority', async () => {
    const origin = await startTls(false);

    await expect(read(client(origin, {}), origin)).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    expect(await read(client(origin, { ca: pem('ca') }), origin)).toBe('nobody');
  });

  test('and one for the client, where the server demands it', async () => {
    const origin = await startTls(true);
    const ca = pem('ca');

    await expect(read(client(origin, { ca }), origin)).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    expect(await read(client(origin, { ca, clientCertificate: pem('client') }), origin)).toBe('client');
  });
});

/** A proxy that demands a login; it notes what it was asked for. */
async function startProxy(login: string) {
  const asked: string[] = [];
  const mayPass = ({ headers }: IncomingMessage): boolean =>
    headers['proxy-authorization'] === `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createServer((_, reply) => reply.writeHead(501).end());
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    if (!mayPass(request)) return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const [host, port] = (request.url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    open.push(() => target.destroy());
  });
  return { url: `http://${await listen(server)}`, asked };
}

describe('a proxy of its own', () => {
  const login = 'mirror:secret';
  const authorization = `Basic ${Buffer.from(login).toString('base64')}`;

  test('is used with its login, also for a server with a private authority', async () => {
    const proxy = await startProxy(login);
    const origin = await startTls(false);

    const found = await read(
      client(origin, { proxy: { url: proxy.url, authorization }, ca: pem('ca') }),
      origin,
    );

    expect(found).toBe('nobody');
    expect(proxy.asked).toEqual([new URL(origin).host]);
  });

  test('that refuses the login is named as what failed', async () => {
    const proxy = await startProxy(login);
    const origin = await startTls(false);

    const reading = read(client(origin, { proxy: { url: proxy.url } }), origin);

    await expect(reading).rejects.toMatchObject({
      code: 'UPSTREAM_FAILED',
      message: expect.stringContaining('407'),
    });
  });
});

describe('a login', () => {
  const authorization = 'Basic bWlycm9yOnNlY3JldA==';

  test('goes with every request to its server, and to no other', async () => {
    await using other = await startHttpServer(ok('elsewhere'));
    await using server = await startHttpServer(ok('here'), redirect(`${other.origin}/x`));
    const http = client(server.origin, { authorization }, [other.host]);

    const bodies = [await read(http, server.origin), await read(http, server.origin)];

    expect(bodies).toEqual(['here', 'elsewhere']);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      authorization,
      authorization,
    ]);
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test('gives way to one that the request brings', async () => {
    await using server = await startHttpServer(ok(''));
    const http = client(server.origin, { authorization });

    await http.read(server.origin, { headers: { authorization: 'Token x' } }, async () => undefined);

    expect(server.requests[0]?.headers.authorization).toBe('Token x');
  });
});

test('a rate is kept to: ten requests at fifty a second take 180 ms', async () => {
  await using server = await startHttpServer(ok(''));
  const http = client(server.origin, { requestsPerSecond: 50 });
  const started = performance.now();

  await Promise.all(Array.from({ length: 10 }, () => read(http, server.origin)));

  expect(performance.now() - started).toBeGreaterThanOrEqual(175);
});
