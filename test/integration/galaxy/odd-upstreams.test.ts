/** Servers and tarballs that `ansible-galaxy` takes, odd as they are: one oddity each, through split and process. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { processWith } from '../../../shared/kinds/galaxy/process.ts';
import { galaxyOptions } from '../../../shared/kinds/galaxy/schema.ts';
import { split } from '../../../shared/kinds/galaxy/split.ts';
import { galaxyContext } from '../../support/galaxy/process.ts';
import { type GalaxyUpstream, type Oddly, startGalaxyUpstream } from '../../support/galaxy/upstream.ts';
import type { VersionSpec } from '../../support/galaxy/upstream-tarball.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galaxy-odd-'));
  return () => rm(folder, { recursive: true });
});

const startWith = (versions: readonly (string | VersionSpec)[], oddly: Oddly = {}): Promise<GalaxyUpstream> =>
  startGalaxyUpstream({ collections: [{ namespace: 'acme', name: 'tools', versions }], oddly });

/** What becomes of each item: its failure's code, or the bytes of its outputs. */
async function mirror({ server, host }: GalaxyUpstream): Promise<Record<string, unknown>> {
  const context = galaxyContext(folder, { server }, { allowedHosts: [host] });
  const bytes = new TextEncoder().encode('collections: [acme.tools]\n');
  const entries = split({
    ...context,
    source: { key: 'galaxy/m/requirements.yml', size: bytes.length, read: async () => bytes },
    options: galaxyOptions.parse({ server }),
    startedAt: new Date(),
    isUnchanged: () => false,
    leaveOut: () => undefined,
    companion: async () => undefined,
    previous: async function* () {
      // the first run
    },
  });
  const found: Record<string, unknown> = {};
  for await (const { item } of entries) {
    found[item.id] = item.failure?.message ?? (await outcomeOf(item, context));
  }
  return found;
}

async function outcomeOf(...[item, context]: Parameters<ReturnType<typeof processWith>>): Promise<unknown> {
  try {
    const outcome = await processWith({ pauseMs: 1 })(item, context);
    return outcome.type === 'done' ? (outcome.detail?.size ?? 'a record') : outcome.type;
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

const RIGHT = { 'acme.tools:1.0.0': expect.any(Number), 'acme.tools': 'a record', server: 'a record' };

describe('a server', () => {
  test.each<[string, Oddly]>([
    ['that gives links of its inner address', { rewrite: (_, document) => withInnerLinks(document) }],
    ['that lists a version twice', { rewrite: (path, document) => withTwice(path, document) }],
    ['that says no more than the client needs', { rewrite: (path, document) => withLeast(path, document) }],
    ['that sends JSON in gzip unasked', { isGzip: true }],
  ])('%s', async (_, oddly) => {
    await using upstream = await startWith(['1.0.0'], oddly);

    expect(await mirror(upstream)).toEqual(RIGHT);
  });

  test.each([408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530])(
    'that answers %i once is asked again',
    async (status) => {
      await using upstream = await startWith(['1.0.0']);
      upstream.fail({ path: /versions\/1\.0\.0\/$/, kind: 'status', status });

      expect(await mirror(upstream)).toEqual(RIGHT);
    },
  );
});

describe('a tarball', () => {
  test.each([
    [
      'whose manifest is the last of many bytes',
      { manifestAt: 'last', payloadBytes: 2_000_000 },
      expect.any(Number),
    ],
    [
      'without a manifest',
      { manifestAt: 'nowhere' },
      'acme.tools 1.0.0: expected a tarball with a MANIFEST.json, found none',
    ],
  ] as const)('%s', async (_, spec, expected) => {
    await using upstream = await startWith([{ version: '1.0.0', ...spec }]);

    expect(await mirror(upstream)).toMatchObject({ 'acme.tools:1.0.0': expected });
  });
});

/** Every link as a server behind a proxy knows itself; tarballs stay where they can be had. */
function withInnerLinks(document: Record<string, unknown>): unknown {
  const { versions_url, links } = document;
  const inner = (path: unknown): string => `http://galaxy.internal:24817${path}`;
  if (typeof versions_url === 'string') return { ...document, versions_url: inner(versions_url) };
  if (typeof links === 'object' && links !== null && 'next' in links && links.next !== null)
    return { ...document, links: { next: inner(links.next) } };
  return document;
}

function withTwice(path: string, document: Record<string, unknown>): unknown {
  const { data } = document;
  return path.includes('/versions/?') && Array.isArray(data)
    ? { ...document, data: [...data, ...data] }
    : document;
}

function withLeast(path: string, document: Record<string, unknown>): unknown {
  if (!path.endsWith('/versions/1.0.0/')) return document;
  const { download_url, artifact, metadata } = document;
  const sha256 = typeof artifact === 'object' && artifact !== null && 'sha256' in artifact && artifact.sha256;
  return { download_url, artifact: { sha256 }, metadata };
}
