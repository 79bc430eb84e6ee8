import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Http, openHttp } from '../../../shared/http/http.ts';
import { processWith } from '../../../shared/kinds/galaxy/process.ts';
import { artifactPath, type CollectionRecord } from '../../../shared/kinds/galaxy/schema.ts';
import { openUpstream, type Upstream } from '../../../shared/kinds/galaxy/upstream.ts';
import { galaxyContext, toVersionItem } from '../../support/galaxy/process.ts';
import { type Fault, type GalaxyUpstream, startGalaxyUpstream } from '../../support/galaxy/upstream.ts';
import { sha256 } from '../../support/galaxy/upstream-tarball.ts';

const QUICK = { pauseMs: 1, headersMs: 300, silenceMs: 300, attempts: 3 };
const VERSIONS = [
  { version: '2.0.0', payloadBytes: 200_000, docsBytes: 300_000, signed: true },
  { version: '1.9.0-beta.1', signed: 'other' },
  { version: '1.5.0', signed: 'wrong' },
  { version: '1.4.0', signed: 'expired' },
  { version: '1.3.0', signed: 'revoked' },
  { version: '1.0.0', claims: { name: 'impostor' } },
  { version: '0.9.0', claims: { version: '0.8.0' } },
  { version: '0.1.0' },
] as const;

let galaxy: GalaxyUpstream;
let http: Http;
let upstream: Upstream;
let folder: string;

beforeAll(async () => {
  galaxy = await startGalaxyUpstream({
    collections: [{ namespace: 'acme', name: 'tools', versions: VERSIONS }],
  });
  http = openHttp({ allowedHosts: [galaxy.host], ...QUICK });
});
afterAll(async () => {
  await http.close();
  await galaxy[Symbol.asyncDispose]();
});
beforeEach(async () => {
  galaxy.fail();
  galaxy.forget();
  upstream = openUpstream({ server: galaxy.server, http });
  folder = await mkdtemp(join(tmpdir(), 'galaxy-'));
  return () => rm(folder, { recursive: true });
});

/** Resolves and processes one version, as a run would. */
async function mirror(version: string, options: Record<string, unknown> = {}, signal?: AbortSignal) {
  const facts = await upstream.version('acme', 'tools', version);
  const context = galaxyContext(
    folder,
    { server: galaxy.server, docs: false, ...options },
    { allowedHosts: [galaxy.host], secrets: { ring: galaxy.publicKey }, signal },
  );
  return { facts, outcome: await processWith(QUICK)(toVersionItem(galaxy.server, facts), context) };
}

const stored = (): string[] =>
  globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => one.name);

const TARBALL = /artifacts/;
const DETAIL = /versions\/2/;

describe('a version is right in the end, whatever goes wrong at first', () => {
  const passing: [string, Omit<Fault, 'path'>][] = [
    ['429 with seconds', { kind: 'status', status: 429, retryAfter: () => '1' }],
    [
      '429 with a date',
      { kind: 'status', status: 429, retryAfter: () => new Date(Date.now() + 1000).toUTCString() },
    ],
    ['500', { kind: 'status', status: 500 }],
    ['a reset', { kind: 'reset' }],
    ['silence', { kind: 'hang' }],
    ['a slow body', { kind: 'slow' }],
    ['a body cut off', { kind: 'truncate' }],
  ];
  const tarball: [string, Omit<Fault, 'path'>][] = [
    ['a short body', { kind: 'short' }],
    ['a wrong byte', { kind: 'badBytes' }],
    ['HTML', { kind: 'html' }],
  ];
  test.each([
    ...passing.map(([name, fault]) => [`${name} for the detail`, { ...fault, path: DETAIL }] as const),
    ...[...passing, ...tarball].map(
      ([name, fault]) => [`${name} for the tarball`, { ...fault, path: TARBALL }] as const,
    ),
  ])('%s', async (_, fault) => {
    galaxy.fail(fault);

    const { facts, outcome } = await mirror('2.0.0');

    const bytes = await readFile(join(folder, artifactPath(facts)));
    expect(sha256(bytes)).toBe(facts.sha256);
    expect(outcome).toMatchObject({
      outputs: [{ path: artifactPath(facts), bytes: facts.size }],
      detail: { type: 'version', version: '2.0.0', sha256: facts.sha256 },
    });
    expect(galaxy.count(fault.path)).toBe(fault.kind === 'slow' ? 1 : 2);
  });
});

describe('a version fails with the reason, and leaves nothing', () => {
  test.each<[string, Omit<Fault, 'times'>, string, string, number]>([
    ['only 500', { path: TARBALL, kind: 'status' }, 'UPSTREAM_FAILED', 'found 500 (3 attempts)', 3],
    ['only resets', { path: TARBALL, kind: 'reset' }, 'UPSTREAM_FAILED', '(3 attempts)', 3],
    ['only silence', { path: TARBALL, kind: 'hang' }, 'UPSTREAM_FAILED', 'HEADERS_TIMEOUT', 3],
    ['a tarball always cut off', { path: TARBALL, kind: 'truncate' }, 'UPSTREAM_FAILED', '(3 attempts)', 3],
    [
      'a tarball always short',
      { path: TARBALL, kind: 'short' },
      'CHECKSUM_MISMATCH',
      'expected a tarball of',
      3,
    ],
    [
      'a tarball always wrong',
      { path: TARBALL, kind: 'badBytes' },
      'CHECKSUM_MISMATCH',
      'expected a tarball of SHA-256',
      3,
    ],
    ['another checksum promised', { path: DETAIL, kind: 'badSha' }, 'CHECKSUM_MISMATCH', 'SHA-256', 1],
    ['another size promised', { path: DETAIL, kind: 'badSize' }, 'CHECKSUM_MISMATCH', 'bytes, found', 1],
    ['HTML for the tarball', { path: TARBALL, kind: 'html' }, 'CHECKSUM_MISMATCH', 'found 31', 3],
    [
      'HTML for the detail',
      { path: DETAIL, kind: 'html' },
      'UPSTREAM_INVALID',
      '"<" where no JSON object has it',
      1,
    ],
    ['a tarball gone', { path: TARBALL, kind: 'status', status: 404 }, 'UPSTREAM_MISSING', 'found 404', 1],
    ['a tarball refused', { path: TARBALL, kind: 'status', status: 403 }, 'UPSTREAM_REFUSED', 'found 403', 1],
    [
      'a redirect to the metadata service',
      { path: TARBALL, kind: 'redirect' },
      'ADDRESS_REFUSED',
      '169.254.169.254',
      1,
    ],
    [
      'an hour to wait',
      { path: TARBALL, kind: 'status', status: 429, retryAfter: () => '3600' },
      'UPSTREAM_FAILED',
      'wait of 3600 s',
      1,
    ],
  ])('%s', async (_, fault, code, message, requests) => {
    galaxy.fail({ ...fault, times: Number.POSITIVE_INFINITY });

    const mirroring = mirror('2.0.0');

    await expect(mirroring).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(stored()).toEqual([]);
    expect(galaxy.count(fault.path)).toBe(requests);
  });

  test.each([
    ['another collection', '1.0.0', 'expected its own tarball, found that of acme.impostor 1.0.0'],
    ['another version', '0.9.0', 'expected its own tarball, found that of acme.tools 0.8.0'],
  ])('a tarball of %s', async (_, version, message) => {
    const mirroring = mirror(version);

    await expect(mirroring).rejects.toMatchObject({
      code: 'UPSTREAM_INVALID',
      message: expect.stringContaining(message),
    });
    expect(stored()).toEqual([]);
    expect(galaxy.count(TARBALL)).toBe(1);
  });

  test('when its time is over, at once', async () => {
    galaxy.fail({ path: TARBALL, kind: 'status', retryAfter: () => '50', times: 9 });

    const mirroring = mirror('2.0.0', {}, AbortSignal.timeout(200));

    await expect(mirroring).rejects.toThrow('timeout');
    expect(stored()).toEqual([]);
  });
});

describe('signatures', () => {
  test.each<[string, Record<string, unknown>]>([
    ['2.0.0', { keyring: 'ring' }],
    ['2.0.0', { keyring: 'ring', signedOnly: true }],
    ['0.1.0', { keyring: 'ring' }],
    ['1.5.0', { signedOnly: true }],
  ])('%s passes with %j', async (version, options) => {
    const { outcome } = await mirror(version, options);

    expect(outcome).toMatchObject({ detail: { version } });
    expect(stored()).toHaveLength(1);
  });

  test.each<[string, string, Record<string, unknown>, string]>([
    ['none', '0.1.0', { signedOnly: true }, 'expected a signature, found none'],
    [
      'one by a stranger',
      '1.9.0-beta.1',
      { keyring: 'ring' },
      'expected a signature by a key of the keyring, found',
    ],
    [
      'one of another text',
      '1.5.0',
      { keyring: 'ring', signedOnly: true },
      'expected a signature by a key of the keyring',
    ],
    ['one by a key that expired since', '1.4.0', { keyring: 'ring' }, 'expired'],
    ['one by a key that was revoked since', '1.3.0', { keyring: 'ring' }, 'revoked'],
  ])('%s is refused', async (_, version, options, message) => {
    const mirroring = mirror(version, options);

    await expect(mirroring).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      message: expect.stringContaining(message),
    });
    expect(stored()).toEqual([]);
  });
});

test('docs are kept as they come, where Pulp looks for them, if they are asked for', async () => {
  const { outcome } = await mirror('2.0.0', { docs: true });

  expect(outcome).toMatchObject({
    outputs: [
      {},
      { path: 'v3/collections/acme/tools/versions/2.0.0/docs-blob/', contentType: 'application/json' },
    ],
  });
  expect(stored()).toHaveLength(2);
});

test('what is no version has nothing to fetch', async () => {
  const data = {
    type: 'collection',
    server: galaxy.server,
    namespace: 'acme',
    name: 'tools',
    updatedAt: '',
    deprecated: false,
    ranges: [],
  } satisfies CollectionRecord;
  const context = galaxyContext(folder, { server: galaxy.server }, { allowedHosts: [] });

  const outcome = await processWith(QUICK)({ id: 'acme.tools', identity: '', bytes: 0, data }, context);

  expect(outcome).toEqual({ type: 'done', outputs: [] });
});
