import { afterEach, describe, expect, test } from 'vitest';
import { openHttp } from '../../../shared/http/http.ts';
import { openUpstream, type UpstreamOptions } from '../../../shared/kinds/galaxy/upstream.ts';
import {
  type GalaxyUpstream,
  type GalaxyUpstreamOptions,
  startGalaxyUpstream,
} from '../../support/galaxy/upstream.ts';
import { ok, startHttpServer } from '../../support/http/server.ts';

const open: (() => PromiseLike<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const COLLECTIONS = [
  {
    namespace: 'acme',
    name: 'tools',
    deprecated: true,
    versions: [
      {
        version: '250.0.0',
        dependencies: { 'acme.base': '>=1.0.0' },
        tags: ['a', 'b'],
        requiresAnsible: '>=2.15',
      },
      ...Array.from({ length: 249 }, (_, at) => `${249 - at}.0.0`),
    ],
  },
  { namespace: 'acme', name: 'base', versions: ['1.0.0'] },
];

async function start(options: Partial<GalaxyUpstreamOptions> = {}): Promise<GalaxyUpstream> {
  const galaxy = await startGalaxyUpstream({ collections: COLLECTIONS, ...options });
  open.push(() => galaxy[Symbol.asyncDispose]());
  return galaxy;
}

function client(host: string, options: Omit<UpstreamOptions, 'http'>) {
  const http = openHttp({ allowedHosts: [host], pauseMs: 1 });
  open.push(() => http.close());
  return openUpstream({ ...options, http });
}

describe.each(['plain', 'pulp'] as const)('the %s layout', (layout) => {
  test('collections, three pages of versions, and a version', async () => {
    const galaxy = await start({ layout });
    const upstream = client(galaxy.host, { server: galaxy.server });

    const published = await upstream.published();
    const collection = await upstream.collection('acme', 'tools');
    const versions = await Array.fromAsync(upstream.versions('acme', 'tools'));
    const facts = await upstream.version('acme', 'tools', '250.0.0');

    expect(published).toMatch(/^2026/);
    expect(collection).toMatchObject({ deprecated: true, highest: '250.0.0' });
    expect(versions.map(({ version }) => version)).toEqual(
      Array.from({ length: 250 }, (_, at) => `${250 - at}.0.0`),
    );
    expect(facts).toMatchObject({
      downloadUrl: `http://${galaxy.host}/api/v3/artifacts/acme-tools-250.0.0.tar.gz`,
      dependencies: { 'acme.base': '>=1.0.0' },
      tags: ['a', 'b'],
      requiresAnsible: '>=2.15',
      signatures: [],
    });
    // root, published, collection (redirected once), three pages, the version
    expect(galaxy.count()).toBe(layout === 'pulp' ? 8 : 7);
  });

  test('the root is asked once, and found below the given URL, too', async () => {
    const galaxy = await start({ layout });
    const upstream = client(galaxy.host, { server: `http://${galaxy.host}` });

    await Promise.all([upstream.published(), upstream.published(), upstream.collection('acme', 'base')]);

    expect(galaxy.requests.get('/')).toBe(1);
    expect(galaxy.requests.get('/api/')).toBe(1);
    expect(galaxy.requests.get('/api/v3/')).toBe(1);
  });
});

test('what is not there is missing', async () => {
  const galaxy = await start();
  const upstream = client(galaxy.host, { server: galaxy.server });

  await expect(upstream.collection('acme', 'none')).rejects.toMatchObject({ code: 'UPSTREAM_MISSING' });
  await expect(upstream.version('acme', 'base', '9.9.9')).rejects.toMatchObject({ code: 'UPSTREAM_MISSING' });
});

describe('tokens', () => {
  test('a fixed one', async () => {
    const galaxy = await start({ access: { token: 'right' } });

    const withToken = (token: string) => client(galaxy.host, { server: galaxy.server, token });

    await expect(withToken('right').published()).resolves.toMatch(/^2026/);
    await expect(withToken('wrong').published()).rejects.toMatchObject({
      code: 'UPSTREAM_REFUSED',
      message: expect.not.stringContaining('wrong'),
    });
  });

  test('one that is exchanged once, and again when it is refused', async () => {
    const access = { refreshToken: 'refresh', expiresIn: 900, issued: 0 };
    const galaxy = await start({ access });
    const upstream = client(galaxy.host, {
      server: galaxy.server,
      token: 'refresh',
      authUrl: galaxy.authUrl,
    });

    await Promise.all([upstream.collection('acme', 'base'), upstream.collection('acme', 'tools')]);
    const before = galaxy.count(/auth/);
    access.issued++;
    await upstream.version('acme', 'base', '1.0.0');

    expect(before).toBe(1);
    expect(galaxy.count(/auth/)).toBe(2);
  });

  test('one that is exchanged shortly before it ends', async () => {
    const galaxy = await start({ access: { refreshToken: 'refresh', expiresIn: 0.2 } });
    const upstream = client(galaxy.host, {
      server: galaxy.server,
      token: 'refresh',
      authUrl: galaxy.authUrl,
    });

    await upstream.published();
    await new Promise((resolve) => setTimeout(resolve, 150));
    await upstream.collection('acme', 'base');

    expect(galaxy.count(/auth/)).toBeGreaterThanOrEqual(2);
  });

  test('one that the exchange refuses is not shown', async () => {
    const galaxy = await start({ access: { refreshToken: 'refresh', expiresIn: 900 } });
    const upstream = client(galaxy.host, { server: galaxy.server, token: 'hidden', authUrl: galaxy.authUrl });

    await expect(upstream.published()).rejects.toMatchObject({
      message: expect.not.stringContaining('hidden'),
    });
  });

  test('another host does not get it', async () => {
    const other = await startHttpServer(ok('bytes'));
    open.push(() => other[Symbol.asyncDispose]());
    const upstream = client(other.host, { server: 'http://galaxy.example/api/', token: 'right' });

    await upstream.download(`${other.origin}/x.tar.gz`, async () => undefined);

    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
  });
});

test.each([
  ['no address', 'http://[', 'expected a link to another page, found "http://["'],
  ['itself', '/api/v3/', 'expected at most 500 pages of versions, found more'],
])('a list that goes on at %s is refused', async (_, next, message) => {
  const body = { available_versions: { v3: 'v3/' }, data: [{ version: '1.0.0' }], links: { next } };
  const server = await startHttpServer(ok(JSON.stringify(body)));
  open.push(() => server[Symbol.asyncDispose]());
  const upstream = client(server.host, { server: `${server.origin}/api/` });

  const listing = Array.fromAsync(upstream.versions('acme', 'tools'));

  await expect(listing).rejects.toMatchObject({
    code: 'UPSTREAM_INVALID',
    message: expect.stringContaining(message),
  });
});

test('a server without API v3 is named as such', async () => {
  const server = await startHttpServer(ok('{"available_versions": {"v1": "v1/"}}'));
  open.push(() => server[Symbol.asyncDispose]());

  const asking = client(server.host, { server: server.origin }).published();

  await expect(asking).rejects.toMatchObject({
    message: expect.stringContaining('expected a Galaxy with API v3, found v1'),
  });
});
