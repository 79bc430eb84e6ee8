import { describe, expect, it } from 'vitest';
import { newFailure } from '../../../../shared/errors.ts';
import type { ItemResult } from '../../../../shared/kind.ts';
import { finish } from '../../../../shared/kinds/galaxy/finish.ts';
import {
  type CollectionRecord,
  galaxyOptions,
  type ServerRecord,
  toVersionRecord,
  type VersionFacts,
  type VersionRecord,
} from '../../../../shared/kinds/galaxy/schema.ts';
import { notThere } from '../../../support/kinds/not-there.ts';

const SERVER = 'https://galaxy.test/api/';
const BASE = 'https://mirror.test/m/';
const PLUGIN = 'v3/plugin/ansible/content/published/collections/index/';

function versionOf(version: string, given: Partial<VersionFacts> = {}): VersionRecord {
  const facts: VersionFacts = {
    namespace: 'ns',
    name: 'one',
    version,
    sha256: 'ab'.repeat(32),
    size: 10,
    downloadUrl: 'https://galaxy.test/whatever.tar.gz',
    dependencies: {},
    tags: ['linux'],
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-02T00:00:00Z',
    signatures: [],
    ...given,
  };
  return toVersionRecord({ type: 'version', server: SERVER, facts });
}

function resultOf(record: VersionRecord, given: Partial<ItemResult> = {}): ItemResult {
  const outputs = [{ path: record.artifact, bytes: 10, contentType: 'application/gzip' }];
  const id = `${record.namespace}.${record.name}:${record.version}`;
  return { id, identity: 'i', status: 'ok', outputs, detail: { ...record }, ms: 1, ...given };
}

const bare = (id: string, detail: CollectionRecord | ServerRecord): ItemResult => ({
  id,
  identity: 'i',
  status: 'ok',
  outputs: [],
  detail: { ...detail },
  ms: 1,
});
const server = bare('server', { type: 'server', server: SERVER, selection: 's', folder: 'galaxy/m' });
const collection = (given: Partial<CollectionRecord> = {}): ItemResult =>
  bare('ns.one', {
    type: 'collection',
    server: SERVER,
    namespace: 'ns',
    name: 'one',
    updatedAt: '2026-02-01T00:00:00Z',
    deprecated: false,
    ranges: ['*'],
    ...given,
  });

/** Runs finish over the results; what was put, in order. */
async function render(results: readonly ItemResult[], options: object = { 'base-url': BASE }) {
  const puts: [string, string][] = [];
  await finish({
    options: galaxyOptions.parse(options),
    startedAt: new Date(),
    results: async function* () {
      yield* results;
    },
    read: (output) => notThere(output.path),
    warn: () => undefined,
    put: async (path, body) => void puts.push([path, String(body)]),
  });
  const at = (path: string) => {
    const found = puts.find(([put]) => put === path)?.[1];
    return found === undefined ? undefined : JSON.parse(found);
  };
  return { paths: puts.map(([path]) => path), at, puts };
}

describe('the static tree', () => {
  it('is written in the order in which readers follow it: versions, lists, collections, root', async () => {
    const other = versionOf('3.0.0', { name: 'two' });
    const { paths } = await render([
      server,
      resultOf(versionOf('1.0.0')),
      resultOf(other),
      resultOf(versionOf('2.0.0')),
    ]);

    expect(paths.filter((path) => !path.startsWith(PLUGIN))).toEqual([
      'v3/collections/ns/one/versions/1.0.0/',
      'v3/collections/ns/one/versions/1.0.0/docs-blob/',
      'v3/collections/ns/two/versions/3.0.0/',
      'v3/collections/ns/two/versions/3.0.0/docs-blob/',
      'v3/collections/ns/one/versions/2.0.0/',
      'v3/collections/ns/one/versions/2.0.0/docs-blob/',
      'v3/collections/ns/one/versions/',
      'v3/collections/ns/two/versions/',
      'v3/collections/ns/one/',
      'v3/collections/ns/two/',
      'v3/collections/',
      'v3/',
      '',
    ]);
  });

  it('has the version document that clients need, with an absolute address', async () => {
    const signature = { signature: '-----BEGIN', pubkeyFingerprint: 'F00', signingService: 'x' };
    const record = versionOf('1.0.0', {
      dependencies: { 'a.b': '>=1' },
      requiresAnsible: '>=2.9',
      about: { authors: ['Somebody'], license: ['MIT'], repository: 'https://example.test/r' },
      signatures: [signature],
    });
    const { at } = await render([server, resultOf(record)]);

    expect(at('v3/collections/ns/one/versions/1.0.0/')).toEqual({
      version: '1.0.0',
      href: '/m/v3/collections/ns/one/versions/1.0.0/',
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-02T00:00:00Z',
      requires_ansible: '>=2.9',
      name: 'one',
      namespace: { name: 'ns' },
      collection: { name: 'one', href: '/m/v3/collections/ns/one/' },
      artifact: { filename: 'ns-one-1.0.0.tar.gz', sha256: 'ab'.repeat(32), size: 10 },
      download_url: `${BASE}artifacts/${'ab'.repeat(8)}/ns-one-1.0.0.tar.gz`,
      metadata: {
        dependencies: { 'a.b': '>=1' },
        tags: ['linux'],
        authors: ['Somebody'],
        license: ['MIT'],
        description: '',
        documentation: '',
        homepage: '',
        issues: '',
        repository: 'https://example.test/r',
      },
      signatures: [{ signature: '-----BEGIN', pubkey_fingerprint: 'F00', signing_service: 'x' }],
    });
  });

  it('lists versions on one page, the highest first, and names the highest release', async () => {
    const versions = ['1.0.0', '2.0.0-beta.1', '1.10.0', '1.9.0'].map((each) => resultOf(versionOf(each)));
    const { at } = await render([...versions, server, collection({ deprecated: true })]);

    const list = at('v3/collections/ns/one/versions/');
    expect(list.data.map(({ version }: { version: string }) => version)).toEqual([
      '2.0.0-beta.1',
      '1.10.0',
      '1.9.0',
      '1.0.0',
    ]);
    expect(list).toMatchObject({ meta: { count: 4 }, links: { next: null } });
    expect(at('v3/collections/ns/one/')).toMatchObject({
      deprecated: true,
      versions_url: '/m/v3/collections/ns/one/versions/',
      highest_version: { version: '1.10.0', href: '/m/v3/collections/ns/one/versions/1.10.0/' },
      created_at: '2026-01-01T00:00:00Z',
    });
    expect(at('')).toEqual({ available_versions: { v3: 'v3/' } });
  });

  it('has a version with build metadata under both keys, and its tarball under an escaped address', async () => {
    const { paths, at } = await render([server, resultOf(versionOf('1.0.0+b.1'))]);

    expect(paths.filter((path) => path.includes('1.0.0') && !path.startsWith(PLUGIN))).toEqual([
      'v3/collections/ns/one/versions/1.0.0+b.1/',
      'v3/collections/ns/one/versions/1.0.0 b.1/',
      'v3/collections/ns/one/versions/1.0.0+b.1/docs-blob/',
      'v3/collections/ns/one/versions/1.0.0 b.1/docs-blob/',
    ]);
    expect(at('v3/collections/ns/one/versions/1.0.0+b.1/')).toMatchObject({
      version: '1.0.0+b.1',
      download_url: `${BASE}artifacts/${'ab'.repeat(8)}/ns-one-1.0.0%2Bb.1.tar.gz`,
    });
  });

  it('has the address of smallbatch serve where none is given', async () => {
    const { at } = await render([server, resultOf(versionOf('1.0.0'))], {});

    const { href, download_url } = at('v3/collections/ns/one/versions/1.0.0/');
    expect(href).toBe('/galaxy/m/v3/collections/ns/one/versions/1.0.0/');
    expect(download_url).toMatch('http://127.0.0.1:8640/galaxy/m/artifacts/');
  });
});

describe('what readers see', () => {
  const record = versionOf('1.0.0');
  const old = { path: `artifacts/${'cd'.repeat(8)}/ns-one-1.0.0.tar.gz`, bytes: 10, contentType: 'x' };
  const failed = { status: 'failed', stale: true } as const;
  it.each<[string, ItemResult, boolean]>([
    ['a good version', resultOf(record), true],
    ['one that was carried over', resultOf(record, { status: 'unchanged' }), true],
    ['one that failed with no output', resultOf(record, { status: 'failed', outputs: [] }), false],
    [
      'one that failed now, and has the same tarball from before',
      resultOf(record, { ...failed, failure: newFailure('UPSTREAM_FAILED', '') }),
      true,
    ],
    [
      'one that changed and failed: its tarball is of the version before',
      resultOf(record, { ...failed, outputs: [old], failure: newFailure('CHECKSUM_MISMATCH', '') }),
      false,
    ],
    [
      'one whose signature is no longer enough',
      resultOf(record, { ...failed, failure: newFailure('SIGNATURE_INVALID', '') }),
      false,
    ],
  ])('%s', async (_, result, isVisible) => {
    const { paths } = await render([server, collection(), result]);

    expect(paths.includes('v3/collections/ns/one/versions/1.0.0/')).toBe(isVisible);
    expect(paths.includes('v3/collections/ns/one/')).toBe(isVisible);
  });

  it('fails where the run left no record of its server', async () => {
    await expect(render([resultOf(record)])).rejects.toMatchObject({ code: 'JOIN_FAILED' });
  });
});

describe('updated_at', () => {
  const of = async (results: readonly ItemResult[], options?: object): Promise<string> =>
    (await render([server, ...results], options)).at('v3/collections/ns/one/').updated_at;
  const first = [collection(), resultOf(versionOf('1.0.0'))];

  it('is the same for the same results, whatever their order', async () => {
    expect(await of(first)).toBe(await of(first.toReversed()));
    expect(await of(first)).toMatch(/^2026-02-01T00:00:00\.\d{6}Z$/);
  });

  it.each<[string, readonly ItemResult[], object?]>([
    ['another version', [...first, resultOf(versionOf('1.1.0'))]],
    ['one version less', [collection(), resultOf(versionOf('1.1.0'))]],
    ['another tarball', [collection(), resultOf(versionOf('1.0.0', { sha256: 'cd'.repeat(32) }))]],
    ['deprecation', [collection({ deprecated: true }), resultOf(versionOf('1.0.0'))]],
    ['another address', first, { 'base-url': 'https://elsewhere.test/' }],
  ])('is another for %s', async (_, results, options) => {
    expect(await of(results, options)).not.toBe(await of(first));
  });
});
