import { describe, expect, it } from 'vitest';
import { newFailure, SmallbatchError } from '../../../../shared/errors.ts';
import type { Item, ItemResult, SplitContext } from '../../../../shared/kind.ts';
import { galaxy } from '../../../../shared/kinds/galaxy/index.ts';
import { parseRequirements } from '../../../../shared/kinds/galaxy/requirements.ts';
import type { Lookup } from '../../../../shared/kinds/galaxy/resolve-listing.ts';
import {
  type GalaxyData,
  type GalaxyOptions,
  galaxyOptions,
} from '../../../../shared/kinds/galaxy/schema.ts';
import { mirrorFrom, reindex } from '../../../../shared/kinds/galaxy/split-mirror.ts';
import { Previous } from '../../../../shared/kinds/galaxy/split-previous.ts';
import { noObjects } from '../../../support/kinds/no-objects.ts';

const SERVER = 'https://galaxy.test/api/';

interface Version {
  readonly dependencies?: Record<string, string>;
  readonly updatedAt?: string;
  readonly sha256?: string;
}
type Contents = Record<string, Record<string, Version>>;

/** A server of a few lines: it counts what it is asked, and fails where it is told. */
class Server {
  contents: Contents;
  published: string | undefined = '1';
  updatedAt: Record<string, string> = {};
  asked: string[] = [];
  failing: RegExp | undefined;

  constructor(contents: Contents) {
    this.contents = contents;
  }

  get upstream(): Lookup {
    return {
      collections: undefined,
      published: async () => this.#ask('published', () => this.published),
      collection: async (ns, name) =>
        this.#ask(`${ns}.${name}`, () => {
          this.#versions(ns, name);
          return { updatedAt: this.updatedAt[`${ns}.${name}`] ?? 't1', deprecated: false };
        }),
      versions: (ns, name) => this.#list(ns, name),
      version: async (ns, name, version) =>
        this.#ask(`${ns}.${name}:${version}`, () => this.#facts(ns, name, version)),
    };
  }

  /** What was asked since the last call. */
  forget(): string[] {
    const { asked } = this;
    this.asked = [];
    return asked;
  }

  #ask<T>(what: string, answer: () => T): T {
    this.asked.push(what);
    if (this.failing?.test(what)) throw new SmallbatchError('UPSTREAM_FAILED', `${what} failed`);
    return answer();
  }

  #versions(ns: string, name: string): Record<string, Version> {
    const versions = this.contents[`${ns}.${name}`];
    if (!versions) throw new SmallbatchError('UPSTREAM_MISSING', `${ns}.${name}: 404`);
    return versions;
  }

  async *#list(ns: string, name: string) {
    const versions = this.#ask(`${ns}.${name} list`, () => this.#versions(ns, name));
    for (const [version, { updatedAt = 'v1' }] of Object.entries(versions)) yield { version, updatedAt };
  }

  #facts(namespace: string, name: string, version: string) {
    const {
      dependencies = {},
      updatedAt = 'v1',
      sha256 = 'ab'.repeat(32),
    } = this.#versions(namespace, name)[version] ?? {};
    const rest = {
      sha256,
      size: 1,
      downloadUrl: 'https://galaxy.test/f',
      tags: [],
      signatures: [],
    };
    return { namespace, name, version, dependencies, updatedAt, ...rest };
  }
}

interface Given {
  /** Further servers by their URLs. */
  readonly others?: Readonly<Record<string, Server>>;
  readonly options?: object;
  readonly previous?: readonly ItemResult[];
}

function contextOf(body: string, { options = {}, previous = [] }: Given): SplitContext<GalaxyOptions> {
  const bytes = new TextEncoder().encode(body);
  return {
    source: {
      key: 'galaxy/m/requirements.yml',
      size: bytes.length,
      read: async (a, b) => bytes.subarray(a, b),
    },
    options: galaxyOptions.parse({ server: SERVER, ...options }),
    objects: noObjects,
    allowedHosts: [],
    servers: async () => [],
    secret: async () => 'secret',
    startedAt: new Date(),
    isUnchanged: () => false,
    leaveOut: () => undefined,
    companion: async () => undefined,
    previous: async function* () {
      yield* previous;
    },
  };
}

async function run(
  server: Server,
  entries: readonly string[],
  given: Given = {},
): Promise<Item<GalaxyData>[]> {
  const body = `collections:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;
  const context = contextOf(body, given);
  const { collections } = parseRequirements(new TextEncoder().encode(body), {
    file: 'requirements.yml',
    ...context.options,
  });
  const others = Object.entries(given.others ?? {});
  const servers = [[SERVER, server] as const, ...others].map(async ([url, { upstream }]) => ({
    url,
    upstream,
    previous: await Previous.read(context.previous(), url),
  }));
  return await Array.fromAsync(mirrorFrom(await Promise.all(servers), collections, context));
}

/** What the manifest says of items: all good but those that failed already, or are to. */
function manifestOf(items: readonly Item<GalaxyData>[], failing: readonly string[] = []): ItemResult[] {
  return items.map((item) => {
    const isFailed = item.failure !== undefined || failing.includes(item.id);
    return {
      id: item.id,
      identity: item.identity,
      status: isFailed ? 'failed' : 'ok',
      outputs: [],
      detail: galaxy.facts?.(item),
      failure: isFailed ? (item.failure ?? newFailure('CHECKSUM_MISMATCH', '')) : undefined,
      ms: 1,
    };
  });
}

const ids = (items: readonly Item<GalaxyData>[]): string[] =>
  items.map(({ id, failure }) => (failure ? `${id} ${failure.code}` : id));
const keys = (items: readonly Item<GalaxyData>[]): string[] =>
  items.map(({ id, identity }) => `${id} ${identity}`).sort();

describe('a requirement becomes', () => {
  const server = new Server({
    'a.b': { '1.0.0': {}, '1.1.0': {}, '2.0.0-beta.1': {}, '2.0.0': {} },
    'a.c': { '1.0.0-alpha': {} },
  });
  it.each<[string, readonly string[], object, string[]]>([
    ['every release', ['a.b'], {}, ['a.b:2.0.0', 'a.b:1.1.0', 'a.b:1.0.0', 'a.b', 'server']],
    ['a range', ['{name: a.b, version: "<2"}'], {}, ['a.b:1.1.0', 'a.b:1.0.0', 'a.b', 'server']],
    [
      'two ranges, once',
      ['{name: a.b, version: "<2"}', '{name: a.b, version: ">=1.1"}'],
      {},
      ['a.b:1.1.0', 'a.b:1.0.0', 'a.b:2.0.0', 'a.b', 'server'],
    ],
    ['the latest', ['a.b'], { latest: '2' }, ['a.b:2.0.0', 'a.b:1.1.0', 'a.b', 'server']],
    [
      'prereleases',
      ['a.b'],
      { prereleases: 'true', latest: 2 },
      ['a.b:2.0.0', 'a.b:2.0.0-beta.1', 'a.b', 'server'],
    ],
    [
      'a pinned prerelease',
      ['{name: a.b, version: "2.0.0-beta.1"}'],
      {},
      ['a.b:2.0.0-beta.1', 'a.b', 'server'],
    ],
    [
      'a failure where no version fits',
      ['{name: a.b, version: ">=3"}'],
      {},
      ['a.b >=3.0.0 VERSION_MISSING', 'a.b', 'server'],
    ],
    ['a failure where only prereleases fit', ['a.c'], {}, ['a.c * VERSION_MISSING', 'a.c', 'server']],
    [
      'a failure where there is no collection',
      ['a.d', '{name: a.b, version: 1.0.0}'],
      {},
      ['a.b:1.0.0', 'a.d UPSTREAM_MISSING', 'a.b', 'server'],
    ],
  ])('%s', async (_, entries, options, expected) => {
    const items = await run(server, entries, { options });

    expect(ids(items)).toEqual(expected);
  });

  it('a message that says who requires what', async () => {
    const items = await run(server, ['{name: a.b, version: ">=3"}', 'a.d']);

    expect(items.flatMap(({ failure }) => failure?.message ?? [])).toEqual([
      'a.b: expected a version in ">=3.0.0" (required by the requirements), found 4, the highest 2.0.0',
      'a.d (required by the requirements): a.d: 404',
    ]);
  });

  it.each([
    ['galaxy/m/requirements.yml', 'galaxy/m'],
    ['galaxy/team/m/requirements.yml', 'galaxy/team/m'],
    ['galaxy/m.yml', 'galaxy/m'],
  ])('a record of where its source %s has its results: %s', async (key, folder) => {
    const context = contextOf('', {});
    const source = { ...context.source, key };
    const previous = await Previous.read(context.previous(), SERVER);
    const servers = [{ url: SERVER, upstream: server.upstream, previous }];

    const items = await Array.fromAsync(mirrorFrom(servers, [], { ...context, source }));

    expect(items.map(({ data }) => data)).toEqual([expect.objectContaining({ type: 'server', folder })]);
  });

  it('items whose data and identity the engine can take', async () => {
    const items = await run(server, ['a.b']);

    for (const item of items)
      expect(galaxy.data.parse(JSON.parse(JSON.stringify(item.data)))).toEqual(item.data);
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
  });
});

describe('dependencies', () => {
  const contents: Contents = {
    'a.top': {
      '1.0.0': { dependencies: { 'a.mid': '>=1.0.0,<2.0.0', 'a.leaf': '*' } },
      '2.0.0': { dependencies: { 'a.mid': '>=2' } },
    },
    'a.mid': {
      '1.0.0': { dependencies: { 'a.leaf': '>=2' } },
      '2.0.0': { dependencies: { 'a.top': '1.0.0' } },
      '3.0.0': {},
    },
    'a.leaf': { '1.0.0': {}, '2.0.0': {} },
  };

  it('are followed, each version once, in circles too', async () => {
    const items = await run(new Server(contents), ['{name: a.top, version: "1.0.0"}']);

    expect(ids(items)).toEqual([
      'a.top:1.0.0',
      'a.mid:1.0.0',
      'a.leaf:2.0.0',
      'a.leaf:1.0.0',
      'a.top',
      'a.mid',
      'a.leaf',
      'server',
    ]);
  });

  it('ask of each collection and each version once', async () => {
    const server = new Server(contents);

    const items = await run(server, ['a.top', 'a.mid']);

    expect(new Set(server.asked).size).toBe(server.asked.length);
    expect(items.filter(({ data }) => data.type === 'version')).toHaveLength(7);
  });

  it('are left alone when they are not asked for', async () => {
    const items = await run(new Server(contents), ['a.top'], { options: { dependencies: 'false' } });

    expect(ids(items)).toEqual(['a.top:2.0.0', 'a.top:1.0.0', 'a.top', 'server']);
  });

  it('that can not be met, or read, fail by themselves and say whose they are', async () => {
    const dependencies = { 'a.leaf': '>=9', 'a.gone': '*', 'no-name': '*', 'a.mid': 'newest' };
    const items = await run(new Server({ ...contents, 'a.top': { '1.0.0': { dependencies } } }), ['a.top']);

    expect(ids(items)).toEqual([
      'a.top:1.0.0',
      'no-name. * REQUIREMENTS_INVALID',
      'a.mid newest REQUIREMENTS_INVALID',
      'a.leaf >=9.0.0 VERSION_MISSING',
      'a.top',
      'a.leaf',
      'a.gone UPSTREAM_MISSING',
      'server',
    ]);
    expect(items[1]?.failure?.message).toBe(
      'a.top:1.0.0 depends on "no-name": expected <namespace>.<collection>, found "no-name"',
    );
  });
});

describe('a later run', () => {
  const contents: Contents = {
    'a.b': { '1.0.0': {}, '1.1.0': { dependencies: { 'a.c': '*' } } },
    'a.c': { '1.0.0': {} },
  };

  it('of an unchanged server makes one request, and has the same items', async () => {
    const server = new Server(contents);
    const first = await run(server, ['a.b']);
    server.forget();

    const second = await run(server, ['a.b'], { previous: manifestOf(first) });

    expect(server.forget()).toEqual(['published']);
    expect(keys(second)).toEqual(keys(first));
  });

  it.each<[string, (server: Server) => object, string[]]>([
    [
      'that says nothing of changes',
      (server) => Object.assign(server, { published: undefined }),
      ['published', 'a.b', 'a.c'],
    ],
    [
      'where another collection changed',
      (server) => Object.assign(server, { published: '2' }),
      ['published', 'a.b', 'a.c'],
    ],
    [
      'with a new version',
      (server) =>
        Object.assign(server, {
          published: '2',
          updatedAt: { 'a.b': 't2' },
          contents: { ...contents, 'a.b': { ...contents['a.b'], '1.2.0': {} } },
        }),
      ['published', 'a.b', 'a.b list', 'a.b:1.2.0', 'a.c'],
    ],
    [
      'with a version that was changed',
      (server) =>
        Object.assign(server, {
          published: '2',
          updatedAt: { 'a.b': 't2' },
          contents: { ...contents, 'a.b': { ...contents['a.b'], '1.0.0': { updatedAt: 'v2' } } },
        }),
      ['published', 'a.b', 'a.b list', 'a.b:1.0.0', 'a.c'],
    ],
  ])('of a server %s asks for no more than that', async (_, change, expected) => {
    const server = new Server(contents);
    const previous = manifestOf(await run(server, ['a.b']));
    server.forget();
    change(server);

    await run(server, ['a.b'], { previous });

    expect(server.forget()).toEqual(expected);
  });

  it('of a mirror lists anew what has the same date: a version that is gone moves none', async () => {
    const server = new Server(contents);
    const previous = manifestOf(await run(server, ['a.b'], { options: { mirror: true } }));
    server.forget();
    server.published = '2';
    server.contents = { ...contents, 'a.b': { '1.1.0': { dependencies: { 'a.c': '*' } } } };

    const items = await run(server, ['a.b'], { previous, options: { mirror: true } });

    expect(server.forget()).toEqual(['published', 'a.b', 'a.b list', 'a.c', 'a.c list']);
    expect(ids(items)).not.toContain('a.b:1.0.0');
  });

  it('of a mirror asks again for what has no signature, where signatures matter', async () => {
    const server = new Server(contents);
    const previous = manifestOf(await run(server, ['a.c'], { options: { mirror: true } }));
    server.forget();
    server.published = '2';

    await run(server, ['a.c'], { previous, options: { mirror: true, keyring: 'ring' } });

    expect(server.forget()).toEqual(['published', 'a.c', 'a.c list', 'a.c:1.0.0']);
  });

  it('has the same identity for the same tarball, and another for another', async () => {
    const server = new Server(contents);
    const first = await run(server, ['a.b']);
    server.published = '2';
    server.updatedAt = { 'a.b': 't2' };
    server.contents = {
      ...contents,
      'a.b': { '1.0.0': { updatedAt: 'v2' }, '1.1.0': { updatedAt: 'v2', sha256: 'cd'.repeat(32) } },
    };

    const second = await run(server, ['a.b'], { previous: manifestOf(first) });

    const identity = (items: readonly Item<GalaxyData>[], id: string) =>
      items.find((item) => item.id === id)?.identity;
    expect(identity(second, 'a.b:1.0.0')).toBe(identity(first, 'a.b:1.0.0'));
    expect(identity(second, 'a.b:1.1.0')).not.toBe(identity(first, 'a.b:1.1.0'));
  });

  it('asks once more for what failed, and only for that', async () => {
    const server = new Server(contents);
    const first = await run(server, ['a.b']);
    const previous = manifestOf(first, ['a.b:1.0.0']);
    server.forget();

    const second = await run(server, ['a.b'], { previous });

    expect(server.forget()).toEqual(['published', 'a.b', 'a.b:1.0.0', 'a.c']);
    expect(keys(second)).toEqual(keys(first));
  });

  it('asks for other versions when the requirements are others', async () => {
    const server = new Server(contents);
    const previous = manifestOf(await run(server, ['{name: a.b, version: "1.0.0"}']));
    server.forget();

    const items = await run(server, ['a.b'], { previous });

    expect(server.forget()).toEqual([
      'published',
      'a.b',
      'a.b list',
      'a.b:1.1.0',
      'a.c',
      'a.c list',
      'a.c:1.0.0',
    ]);
    expect(ids(items)).toContain('a.b:1.0.0');
  });

  it('of another server takes nothing from the last one for known', async () => {
    const server = new Server(contents);
    const items = await run(server, ['a.b']);
    const previous = manifestOf(items).map((result) => ({
      ...result,
      detail: { ...result.detail, server: 'https://other.test/' },
    }));
    server.forget();

    await run(server, ['a.b'], { previous, options: { mirror: 'true' } });

    expect(server.forget()).toHaveLength(8);
  });
});

describe('what is gone upstream, or no longer required,', () => {
  const contents: Contents = { 'a.b': { '1.0.0': {}, '1.1.0': {} }, 'a.c': { '1.0.0': {} } };
  async function later(options: object): Promise<string[]> {
    const server = new Server(contents);
    const previous = manifestOf(await run(server, ['a.b', 'a.c'], { options }));
    server.published = '2';
    server.updatedAt = { 'a.b': 't2' };
    server.contents = { 'a.b': { '1.1.0': {} }, 'a.c': { '1.0.0': {} } };
    return ids(await run(server, ['a.b'], { previous, options })).sort();
  }

  it('stays', async () => {
    expect(await later({})).toEqual(['a.b', 'a.b:1.0.0', 'a.b:1.1.0', 'a.c:1.0.0', 'server']);
  });

  it('leaves a mirror', async () => {
    expect(await later({ mirror: 'true' })).toEqual(['a.b', 'a.b:1.1.0', 'server']);
  });

  it('leaves when the option comes later, though nothing else changed', async () => {
    const server = new Server(contents);
    const previous = manifestOf(await run(server, ['a.b']));
    server.contents = { 'a.b': { '1.1.0': {} } };

    const items = await run(server, ['a.b'], { previous, options: { mirror: 'true' } });

    expect(ids(items)).toEqual(['a.b', 'server', 'a.b:1.1.0']);
  });
});

describe('a server that fails', () => {
  const contents: Contents = {
    'a.b': { '1.0.0': { dependencies: { 'a.c': '*' } }, '1.1.0': {} },
    'a.c': { '1.0.0': {} },
  };
  const mirror = { options: { mirror: 'true' } };

  it('for a collection fails that one, and all that is known of it stays, with what it depends on', async () => {
    const server = new Server(contents);
    const previous = manifestOf(await run(server, ['a.b'], mirror));
    server.published = '2';
    server.failing = /^a\.b$/;

    const items = await run(server, ['a.b'], { ...mirror, previous });

    expect(ids(items).sort()).toEqual([
      'a.b UPSTREAM_FAILED',
      'a.b:1.0.0',
      'a.b:1.1.0',
      'a.c',
      'a.c:1.0.0',
      'server',
    ]);
  });

  it('for one version fails that one, and asks again in the next run', async () => {
    const server = new Server(contents);
    server.failing = /^a\.b:1\.1\.0$/;
    const first = await run(server, ['a.b']);
    server.failing = undefined;
    server.forget();

    const second = await run(server, ['a.b'], { previous: manifestOf(first) });

    expect(ids(first)).toEqual([
      'a.b:1.1.0 UPSTREAM_FAILED',
      'a.b:1.0.0',
      'a.c:1.0.0',
      'a.b',
      'a.c',
      'server',
    ]);
    expect(server.forget()).toEqual(['published', 'a.b', 'a.b:1.1.0', 'a.c']);
    expect(ids(second)).toContain('a.b:1.1.0');
  });

  it('for a version that is mirrored already leaves it as it was until it can be read', async () => {
    const server = new Server(contents);
    const previous = manifestOf(await run(server, ['a.b'], mirror));
    server.published = '2';
    server.updatedAt = { 'a.b': 't2' };
    server.contents = { ...contents, 'a.b': { ...contents['a.b'], '1.1.0': { updatedAt: 'v2' } } };
    server.failing = /^a\.b:1\.1\.0$/;
    const second = await run(server, ['a.b'], { ...mirror, previous });
    server.failing = undefined;
    server.forget();

    await run(server, ['a.b'], { ...mirror, previous: manifestOf(second) });

    expect(ids(second)).toEqual(
      ['a.b 1.1.0 UPSTREAM_FAILED', 'a.b', 'a.c', 'server', 'a.b:1.0.0', 'a.b:1.1.0', 'a.c:1.0.0'].sort(
        (x, y) => ids(second).indexOf(x) - ids(second).indexOf(y),
      ),
    );
    expect(server.forget()).toContain('a.b:1.1.0');
  });

  it('as a whole fails the run', async () => {
    const server = new Server(contents);
    server.failing = /published/;

    await expect(run(server, ['a.b'])).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
  });
});

describe('reindex', () => {
  it('has the items of the last run, failures too, and asks nothing', async () => {
    const items = await run(new Server({ 'a.b': { '1.0.0': {}, '1.1.0': {} } }), ['a.b']);
    const previous = manifestOf(items, ['a.b:1.0.0']);

    const again = await Array.fromAsync(reindex(contextOf('', { previous })));

    const expected = manifestOf(items, ['a.b:1.0.0']).map(({ id, failure }) =>
      failure ? `${id} ${failure.code}` : id,
    );
    expect(ids(again)).toEqual(expected);
    expect(keys(again)).toEqual(keys(items));
  });

  it('of nothing is refused', async () => {
    const items = reindex(contextOf('', {}));

    await expect(Array.fromAsync(items)).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
  });
});

describe('several servers', () => {
  const HUB = 'https://hub.test/api/';
  const hub = {
    'team.app': { '1.0.0': { dependencies: { 'team.base': '*', 'a.b': '>=1', 'gone.away': '*' } } },
    'team.base': { '2.0.0': {} },
  };
  const from = (items: readonly Item<GalaxyData>[]) =>
    Object.fromEntries(items.map(({ id, data }) => [id, data.server]));

  it('each give what entries name them for; a dependency is looked for where its version is, then elsewhere', async () => {
    const own = new Server({ 'a.b': { '1.0.0': {} }, 'a.c': { '1.0.0': {} } });

    const items = await run(own, ['a.c', `{name: team.app, source: "${HUB}"}`], {
      others: { [HUB]: new Server(hub) },
    });

    expect(from(items.filter(({ failure }) => !failure))).toEqual({
      'a.c:1.0.0': SERVER,
      'team.app:1.0.0': HUB,
      'team.base:2.0.0': HUB,
      'a.b:1.0.0': SERVER,
      'a.c': SERVER,
      'team.app': HUB,
      'team.base': HUB,
      'a.b': SERVER,
      server: SERVER,
      [`server ${HUB}`]: HUB,
    });
    expect(items.filter(({ failure }) => failure).map(({ id, failure }) => [id, failure?.code])).toEqual([
      ['gone.away', 'UPSTREAM_MISSING'],
    ]);
  });

  it('are not asked for a requirement that names another one', async () => {
    const own = new Server({ 'team.app': { '9.0.0': {} } });

    const items = await run(own, [`{name: team.missing, source: "${HUB}"}`], {
      others: { [HUB]: new Server(hub) },
    });

    expect(items.map(({ id, failure }) => [id, failure?.code])).toContainEqual([
      'team.missing',
      'UPSTREAM_MISSING',
    ]);
    expect(own.forget()).toEqual(['published']);
  });

  it('have the dependencies that are known to be elsewhere left out', async () => {
    const others = { [HUB]: new Server(hub) };

    const items = await run(new Server({}), [`{name: team.app, source: "${HUB}"}`], {
      others,
      options: { excludes: 'gone.away, a.b' },
    });

    expect(items.map(({ id }) => id)).toEqual([
      'team.app:1.0.0',
      'team.base:2.0.0',
      'team.app',
      'team.base',
      'server',
      `server ${HUB}`,
    ]);
  });
});
