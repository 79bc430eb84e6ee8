import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ended, type Mirrored, type MirrorStack, startMirrorStack } from '../support/galaxy/mirror.ts';
import { type CollectionSpec, type GalaxyUpstream, startGalaxyUpstream } from '../support/galaxy/upstream.ts';
import { sha256 } from '../support/galaxy/upstream-tarball.ts';

vi.setConfig({ testTimeout: 200_000, hookTimeout: 200_000 });

/** 250 versions are three pages; the second newest of them is a prerelease. */
const MANY: CollectionSpec = {
  namespace: 'test',
  name: 'many',
  versions: ['2.50.0', '2.50.0-rc.1', ...Array.from({ length: 248 }, (_, n) => `1.${248 - n}.0`)],
};
const NEEDY: CollectionSpec = {
  namespace: 'test',
  name: 'needy',
  versions: [
    { version: '2.0.0', dependencies: { 'test.base': '>=1.1.0' }, signed: true, tags: ['cloud', 'linux'] },
    { version: '1.0.0', dependencies: { 'test.base': '*' }, signed: true },
  ],
};
const BASE: CollectionSpec = {
  namespace: 'test',
  name: 'base',
  deprecated: true,
  versions: ['1.1.0', '1.0.0'],
};
const COLLECTIONS = [MANY, NEEDY, BASE];

let upstream: GalaxyUpstream;
let mirror: MirrorStack;

beforeAll(async () => {
  upstream = await startGalaxyUpstream({ collections: COLLECTIONS, layout: 'pulp' });
  mirror = await startMirrorStack(upstream.host, { concurrency: 4 });
});
afterAll(async () => {
  await mirror?.stop();
  await upstream?.[Symbol.asyncDispose]();
});

const options = (given: object = {}) => ({
  server: upstream.server,
  'base-url': 'http://mirror.test/',
  docs: 'false',
  ...given,
});
const requirements = (...entries: string[]): string =>
  `collections:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;
const byStatus = ({ manifest }: Mirrored) => Object.groupBy(manifest, ({ status }) => status);
const tarballs = (): number => upstream.count(/\.tar\.gz$/);

async function json(path: string): Promise<Record<string, unknown> | undefined> {
  const body = await mirror.read(path);
  return body && JSON.parse(body.toString());
}

/** What a client sees that follows the lists: `ns.name` → versions, each tarball checked against its document. */
async function walk(name: string, collections: readonly string[]): Promise<Record<string, string[]>> {
  const seen: Record<string, string[]> = {};
  for (const collection of collections) {
    const folder = `${name}/v3/collections/${collection.replace('.', '/')}/versions/`;
    const list = (await json(folder))?.data as { version: string }[] | undefined;
    seen[collection] = list?.map(({ version }) => version) ?? [];
    for (const version of seen[collection]) await checkVersion(name, `${folder}${version}/`);
  }
  return seen;
}

async function checkVersion(name: string, path: string): Promise<void> {
  const document = (await json(path)) as { artifact: { sha256: string; size: number }; download_url: string };
  const tarball = await mirror.read(document.download_url.replace('http://mirror.test/', `${name}/`));
  expect({ path, size: tarball?.length, sha256: tarball && sha256(tarball) }).toEqual({
    path,
    ...document.artifact,
    filename: undefined,
  });
}

describe('three collections, one of them of 250 versions', () => {
  let first: Mirrored;

  test('are mirrored whole, with what they depend on, and the index is what a client follows', async () => {
    first = await ended(await mirror.upload('whole', requirements('test.many', 'test.needy'), options()));

    expect(first.run).toMatchObject({ state: 'completed', items: { total: 249 + 2 + 2 + 3 + 1, failed: 0 } });
    const seen = await walk('whole', ['test.many', 'test.needy', 'test.base']);
    expect(seen['test.many']).toHaveLength(249);
    expect(seen['test.many']?.slice(0, 2)).toEqual(['2.50.0', '1.248.0']);
    expect(seen['test.needy']).toEqual(['2.0.0', '1.0.0']);
    expect(seen['test.base']).toEqual(['1.1.0', '1.0.0']);
    expect(await json('whole/v3/collections/test/base/')).toMatchObject({ deprecated: true });
    expect(await json('whole/v3/collections/test/base')).toMatchObject({ deprecated: true });
    expect([await json('whole/'), await json('whole')]).toEqual(
      Array(2).fill({ available_versions: { v3: 'v3/' } }),
    );
    const signed = (await json('whole/v3/collections/test/needy/versions/2.0.0/')) as {
      signatures: object[];
      metadata: object;
    };
    expect(signed.signatures).toEqual([
      expect.objectContaining({ signature: expect.stringContaining('BEGIN PGP SIGNATURE') }),
    ]);
    expect(signed.metadata).toMatchObject({
      dependencies: { 'test.base': '>=1.1.0' },
      tags: ['cloud', 'linux'],
    });
    expect(await json('whole/v3/collections/test/needy/versions/2.0.0/docs-blob/')).toEqual({
      docs_blob: {},
    });
    expect(tarballs()).toBe(253);
    expect(mirror.stack.refusals).toEqual(new Map());
  });

  test("answer Renovate's requests, as its data source galaxy-collection makes them", async () => {
    const base = 'whole/v3/plugin/ansible/content/published/collections/index/test/needy/';
    const collection = await json(base);
    const versions = (await json(`${base}versions/`)) as { data: { version: string; created_at: string }[] };
    const details = await Promise.all(
      versions.data.map(({ version }) => json(`${base}versions/${version}/`)),
    );

    expect(collection).toMatchObject({ deprecated: false, highest_version: { version: '2.0.0' } });
    expect(versions.data.map(({ created_at }) => Date.parse(created_at))).not.toContain(Number.NaN);
    expect(details).toEqual(
      ['2.0.0', '1.0.0'].map((version) =>
        expect.objectContaining({
          version,
          download_url: expect.stringMatching(/^http/),
          artifact: expect.objectContaining({ sha256: expect.any(String) }),
          metadata: expect.objectContaining({ homepage: expect.any(String), repository: expect.any(String) }),
        }),
      ),
    );
  });

  test('have tarballs that caches may keep', async () => {
    const document = await json('whole/v3/collections/test/base/versions/1.0.0/');

    const head = await mirror.head(String(document?.download_url).replace('http://mirror.test/', 'whole/'));

    expect(head.CacheControl).toBe('public, max-age=31536000, immutable');
  });

  test('are not asked for again, nor written: two requests in all when nothing was published', async () => {
    upstream.forget();
    const puts = () => mirror.stack.counts.requests.get('s3.PutObject') ?? 0;
    const before = puts();

    const again = await ended(await mirror.start(first.source, options()));

    expect(upstream.count()).toBeLessThanOrEqual(2);
    // what the plan left out, the manifest, the list of the index, the pointer, the record of the run
    expect(puts() - before).toBeLessThanOrEqual(5);
    expect(again.run.items).toMatchObject({ total: 257, ok: 0, unchanged: 257, failed: 0 });
  });

  test('cost two requests each, and one tarball, when one version is new', async () => {
    upstream.forget();
    upstream.publish([{ ...MANY, versions: ['2.51.0', ...MANY.versions] }, NEEDY, BASE]);

    const again = await ended(await mirror.start(first.source, options()));

    expect(
      byStatus(again)
        .ok?.map(({ id }) => id)
        .filter((id) => id.includes(':')),
    ).toEqual(['test.many:2.51.0']);
    expect(tarballs()).toBe(1);
    expect(upstream.count(/versions\/[^/?]+\/$/)).toBeLessThanOrEqual(2);
    expect((await walk('whole', ['test.many']))['test.many']).toHaveLength(250);
  });

  test('move to another address without a request', async () => {
    upstream.forget();
    const before = await json('whole/v3/collections/test/base/');

    const moved = await ended(
      await mirror.start(first.source, options({ reindex: 'true', 'base-url': 'https://moved.test/x/' })),
    );

    expect(upstream.count()).toBe(0);
    expect(moved.run).toMatchObject({ state: 'completed', items: { ok: 0, failed: 0 } });
    const document = await json('whole/v3/collections/test/base/versions/1.0.0/');
    expect(document?.download_url).toMatch(
      /^https:\/\/moved\.test\/x\/artifacts\/.*\/test-base-1\.0\.0\.tar\.gz$/,
    );
    expect((await json('whole/v3/collections/test/base/'))?.updated_at).not.toBe(before?.updated_at);
  });
});

test('a tarball that never comes right fails alone, is not in the index, and the next run fetches it and nothing else', async () => {
  upstream.publish(COLLECTIONS);
  upstream.fail({ path: /test-base-1\.0\.0\.tar\.gz$/, kind: 'badBytes', times: 99 });
  const first = await ended(await mirror.upload('broken', requirements('test.needy'), options()));
  const seen = await walk('broken', ['test.needy', 'test.base']);
  upstream.fail();
  upstream.forget();

  const second = await ended(await mirror.start(first.source, options()));

  expect(first.run.state).toBe('completed_with_failures');
  expect(byStatus(first).failed?.map(({ id, failure }) => [id, failure?.code])).toEqual([
    ['test.base:1.0.0', 'CHECKSUM_MISMATCH'],
  ]);
  expect(seen).toEqual({ 'test.needy': ['2.0.0', '1.0.0'], 'test.base': ['1.1.0'] });
  expect(second.run.state).toBe('completed');
  expect(tarballs()).toBe(1);
  expect(await walk('broken', ['test.base'])).toEqual({ 'test.base': ['1.1.0', '1.0.0'] });
});

test('what is gone upstream stays, and leaves a mirror', async () => {
  upstream.publish(COLLECTIONS);
  const body = requirements('test.base');
  const [kept, mirrored] = await Promise.all([
    ended(await mirror.upload('kept', body, options())),
    ended(await mirror.upload('mirrored', body, options({ mirror: 'true' }))),
  ]);
  const [gone] = mirrored.manifest
    .filter(({ id }) => id === 'test.base:1.0.0')
    .flatMap(({ outputs }) => outputs);
  upstream.publish([{ ...BASE, versions: ['1.1.0'] }]);

  await ended(await mirror.start(kept.source, options()));
  await ended(await mirror.start(mirrored.source, options({ mirror: 'true' })));

  expect(await walk('kept', ['test.base'])).toEqual({ 'test.base': ['1.1.0', '1.0.0'] });
  expect(await walk('mirrored', ['test.base'])).toEqual({ 'test.base': ['1.1.0'] });
  expect(gone).toBeDefined();
  expect(await mirror.read(`mirrored/${gone?.path}`)).toBeUndefined();
  expect(await mirror.read('mirrored/v3/collections/test/base/versions/1.0.0/')).toBeUndefined();
});

test('two runs of one mirror at once, and two mirrors that share a collection: each fetches each tarball once', async () => {
  upstream.publish(COLLECTIONS);
  upstream.forget();
  const body = requirements('test.needy');

  const one = await mirror.upload('one', body, options());
  const started = [
    one,
    await mirror.start(one.source, options()),
    await mirror.upload('two', body, options()),
  ];
  const runs = await Promise.all(started.map((each) => ended(each)));

  // the older one has nothing to do where the newer one came first
  expect(['completed', 'superseded']).toContain(runs[0]?.run.state);
  expect(runs.slice(1).map(({ run }) => run.state)).toEqual(['completed', 'completed']);
  expect(tarballs()).toBe(2 * 4);
  const whole = { 'test.needy': ['2.0.0', '1.0.0'], 'test.base': ['1.1.0', '1.0.0'] };
  expect(await walk('one', ['test.needy', 'test.base'])).toEqual(whole);
  expect(await walk('two', ['test.needy', 'test.base'])).toEqual(whole);
});

test('a requirements file that can not be read ends the run with its reason, before any request', async () => {
  upstream.forget();

  const { run } = await ended(
    await mirror.upload('bad', requirements('{name: test.base, version: 1.10}'), options()),
  );

  expect(run.state).toBe('failed');
  expect(run.failure).toMatchObject({
    code: 'REQUIREMENTS_INVALID',
    message: expect.stringContaining('line 2, entry 1 (test.base)'),
  });
  expect(upstream.count()).toBe(0);
});
