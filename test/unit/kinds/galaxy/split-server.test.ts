import { describe, expect, it } from 'vitest';
import { galaxyOptions } from '../../../../shared/kinds/galaxy/schema.ts';
import { split } from '../../../../shared/kinds/galaxy/split.ts';
import {
  type GalaxyUpstream,
  type GalaxyUpstreamOptions,
  startGalaxyUpstream,
} from '../../../support/galaxy/upstream.ts';
import { noObjects } from '../../../support/kinds/no-objects.ts';

const MANY = Array.from({ length: 250 }, (_, n) => `1.${249 - n}.0`);

/** Runs split over a server with real sockets. */
async function splitFrom(upstream: GalaxyUpstream, options: object, allowedHosts = [upstream.host]) {
  const bytes = new TextEncoder().encode('collections: [test.many]\n');
  const items = split({
    source: {
      key: 'galaxy/m/requirements.yml',
      size: bytes.length,
      read: async (a, b) => bytes.subarray(a, b),
    },
    options: galaxyOptions.parse({ server: upstream.server, ...options }),
    objects: noObjects,
    allowedHosts,
    servers: async () => [],
    secret: async (name) => `value of ${name}`,
    startedAt: new Date(),
    isUnchanged: () => false,
    leaveOut: () => undefined,
    companion: async () => undefined,
    previous: async function* () {
      // the first run
    },
  });
  return await Array.fromAsync(items, ({ item }) => item);
}

const startWith = (given: Partial<GalaxyUpstreamOptions>): Promise<GalaxyUpstream> =>
  startGalaxyUpstream({ collections: [{ namespace: 'test', name: 'many', versions: MANY }], ...given });

describe('split over a server', () => {
  it.each(['plain', 'pulp'] as const)(
    'of the layout %s: three pages, one detail a version, in order',
    async (layout) => {
      await using upstream = await startWith({ layout });

      const items = await splitFrom(upstream, {});

      expect(items.map(({ id }) => id)).toEqual([
        ...MANY.map((version) => `test.many:${version}`),
        'test.many',
        'server',
      ]);
      // a redirect more in the other layout, and only once
      expect(upstream.count()).toBe(2 + 1 + 3 + 250 + (layout === 'pulp' ? 1 : 0));
      expect(upstream.count(/artifacts/)).toBe(0);
    },
  );

  it('sends the secret that the option names, as a token', async () => {
    await using upstream = await startWith({ access: { token: 'value of hub' } });

    const items = await splitFrom(upstream, { token: 'hub', latest: 1 });

    expect(items.map(({ id, failure }) => failure?.code ?? id)).toEqual([
      'test.many:1.249.0',
      'test.many',
      'server',
    ]);
    await expect(splitFrom(upstream, { latest: 1 })).rejects.toMatchObject({ code: 'UPSTREAM_REFUSED' });
  });

  it('sends nothing to an address that the config does not allow', async () => {
    await using upstream = await startWith({});

    await expect(splitFrom(upstream, {}, [])).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(upstream.count()).toBe(0);
  });

  it('leaves one version out whose detail is no JSON, and says which', async () => {
    await using upstream = await startWith({});
    upstream.fail({ path: /versions\/1\.249\.0\/$/, kind: 'html', times: 99 });

    const items = await splitFrom(upstream, { latest: 2 });

    expect(items.map(({ id, failure }) => (failure ? `${id} ${failure.code}` : id))).toEqual([
      'test.many:1.249.0 UPSTREAM_INVALID',
      'test.many:1.248.0',
      'test.many',
      'server',
    ]);
  });
});
