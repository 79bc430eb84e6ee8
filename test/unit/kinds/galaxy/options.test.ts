import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { galaxy } from '../../../../shared/kinds/galaxy/index.ts';
import { galaxyOptions } from '../../../../shared/kinds/galaxy/schema.ts';
import { toCollectionKey, toVersionId } from '../../../../shared/kinds/galaxy/split-items.ts';
import { MirrorUrls } from '../../../../shared/kinds/galaxy/static-urls.ts';

const DEFAULTS = {
  server: 'https://galaxy.ansible.com/api/',
  dependencies: true,
  excludes: [],
  roles: 'refuse',
  signedOnly: false,
  mirror: false,
  prereleases: false,
  docs: false,
  reindex: false,
};

describe('options', () => {
  it.each<[string, object, object]>([
    ['none', {}, {}],
    [
      'as a command line gives them',
      {
        latest: '10',
        dependencies: 'false',
        'signed-only': 'true',
        'base-url': 'https://x.test/a',
        excludes: 'a.b, c.d',
      },
      {
        latest: 10,
        dependencies: false,
        signedOnly: true,
        baseUrl: 'https://x.test/a/',
        excludes: ['a.b', 'c.d'],
      },
    ],
    ['as JSON', { latest: 3, mirror: true, signedOnly: true }, { latest: 3, mirror: true, signedOnly: true }],
    [
      'a token with its exchange',
      { token: 'hub', 'auth-url': 'https://sso.test/token' },
      { token: 'hub', authUrl: 'https://sso.test/token' },
    ],
  ])('%s', (_, given, expected) => {
    expect(galaxyOptions.parse(given)).toEqual({ ...DEFAULTS, ...expected });
  });

  it.each<[string, object, string]>([
    ['an unknown one', { servr: 'https://x.test/' }, 'servr'],
    [
      'one that is written both ways',
      { 'base-url': 'https://x.test/', baseUrl: 'https://y.test/' },
      'base-url',
    ],
    ['no URL', { server: 'galaxy.ansible.com' }, 'http'],
    ['another protocol', { server: 'file:///etc/' }, 'http'],
    ['credentials in a URL', { server: 'https://user:pass@x.test/' }, 'without credentials'],
    ['a query', { 'base-url': 'https://x.test/?a=1' }, 'without credentials, query'],
    ['latest 0', { latest: '0' }, '>0'],
    ['latest nothing', { latest: '' }, '>0'],
    ['a flag that is none', { mirror: 'yes' }, 'Invalid'],
    ['an exclude that is no collection', { excludes: 'a.b,c' }, 'expected collections as ns.name'],
    ['an exchange without a token', { 'auth-url': 'https://sso.test/token' }, 'expected a token'],
  ])('%s is refused', (_, given, message) => {
    expect(galaxyOptions.safeParse(given).error?.message).toContain(message);
  });

  it('that change no result fetch nothing anew; those that do, do', () => {
    const of = (given: object): unknown => galaxy.resultOptions?.(galaxyOptions.parse(given));

    expect(
      of({ 'base-url': 'https://x.test/', latest: 1, mirror: 'true', reindex: 'true', token: 'x' }),
    ).toEqual(of({}));
    expect(of({ docs: 'true' })).not.toEqual(of({}));
    expect(of({ 'signed-only': 'true' })).not.toEqual(of({}));
    expect(of({ keyring: 'keys' })).not.toEqual(of({}));
  });
});

describe('a source', () => {
  it.each([
    ['requirements.yml', '', true],
    ['my-requirements.yaml', '', true],
    ['collections.yml', '---\ncollections:\n  - a.b\n', true],
    ['playbook.yml', '- hosts: all\n', false],
    ['requirements.txt', 'collections:\n', false],
  ])('%s %j is taken: %s', (name, head, expected) => {
    expect(galaxy.accepts(name, new TextEncoder().encode(head))).toBe(expected);
  });
});

describe('names', () => {
  it('are as long as an id may be, at most', () => {
    const id = toVersionId(
      toCollectionKey({ namespace: 'n'.repeat(100), name: 'm'.repeat(100) }),
      '1'.repeat(5000),
    );

    expect(Buffer.byteLength(id)).toBeLessThan(1024);
  });

  it('have the port that smallbatch serve says', () => {
    const help = readFileSync(resolve(import.meta.dirname, '../../../../infra/cli/serve.ts'), 'utf8');

    expect(help).toContain(
      `const DEFAULT_PORT = ${new URL(new MirrorUrls(undefined, 'galaxy/m').base).port};`,
    );
  });
});
