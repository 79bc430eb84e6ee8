import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseRequirements } from '../../../../shared/kinds/galaxy/requirements.ts';

const SERVER = 'https://galaxy.ansible.com/api/';

function parse(body: string | Uint8Array): string {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const { collections } = parseRequirements(bytes, {
    file: 'requirements.yml',
    server: SERVER,
    roles: 'refuse',
  });
  return collections.map(({ namespace, name, range }) => `${namespace}.${name} ${range.text}`).join('; ');
}

const collections = (...entries: string[]): string =>
  `collections:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;

describe('a requirements file', () => {
  it.each([
    [
      'names alone',
      collections('community.general', 'ansible.posix'),
      'community.general *; ansible.posix *',
    ],
    ['a range', collections('{name: a.b, version: ">=1.0, <2"}'), 'a.b >=1.0.0,<2.0.0'],
    [
      'two ranges of one collection',
      collections('{name: a.b, version: "1.0.0"}', '{name: a.b, version: ">=3"}'),
      'a.b ==1.0.0; a.b >=3.0.0',
    ],
    ['the server as its source', collections(`{name: a.b, source: "${SERVER}"}`), 'a.b *'],
    [
      'the server as the client spells it',
      collections('{name: a.b, source: "https://galaxy.ansible.com"}'),
      'a.b *',
    ],
    ['signatures for the client', collections('{name: a.b, signatures: ["https://x.test/a.asc"]}'), 'a.b *'],
    ['the type galaxy', collections('{name: a.b, type: galaxy}'), 'a.b *'],
    ['no roles', `roles: []\n${collections('a.b')}`, 'a.b *'],
    ['a byte order mark and CRLF', `\uFEFFcollections:\r\n  - a.b\r\n`, 'a.b *'],
    [
      'an alias',
      collections('{name: a.b, version: &v ">=2"}', '{name: a.c, version: *v}'),
      'a.b >=2.0.0; a.c >=2.0.0',
    ],
  ])('may have %s', (_, body, expected) => {
    expect(parse(body)).toBe(expected);
  });
});

it('counts the roles that it leaves out, where the option says so', () => {
  const bytes = new TextEncoder().encode('roles: [{name: x.y}, z]\ncollections: [a.b]\n');

  const { collections: found, roles } = parseRequirements(bytes, {
    file: 'r.yml',
    server: SERVER,
    roles: 'ignore',
  });

  expect([found.length, roles]).toEqual([1, 2]);
});

it('takes the source of an entry for its server', () => {
  const bytes = new TextEncoder().encode(collections('{name: a.b, source: "https://hub.test/api"}', 'a.c'));

  const { collections: found } = parseRequirements(bytes, { file: 'r.yml', server: SERVER, roles: 'refuse' });

  expect(found.map(({ server }) => server)).toEqual(['https://hub.test/api/', SERVER]);
});

/** The README has this table; each message is what the user reads after "requirements.yml: ". */
const README = readFileSync(
  fileURLToPath(import.meta.resolve('../../../../shared/kinds/galaxy/README.md')),
  'utf8',
);
const REFUSED: readonly [what: string, body: string | Uint8Array, message: string][] = [
  ['nothing', '', 'expected a mapping with the key collections, found nothing'],
  [
    'the old form',
    '- a.b\n',
    'line 1: expected a mapping with the key collections, found a list (the old form, for roles)',
  ],
  [
    'no entries',
    'collections: []\n',
    'line 1, collections: expected a list of 1 to 5000 entries, found an empty list',
  ],
  [
    'a mapping of collections',
    'collections: {a.b: "1.0"}\n',
    'line 1, collections: expected a list of 1 to 5000 entries, found a mapping',
  ],
  [
    'roles',
    'roles:\n  - geerlingguy.docker\ncollections:\n  - a.b\n',
    'line 1, roles: expected none: only collections are mirrored; the option roles=ignore leaves them out',
  ],
  [
    'another key',
    'collection:\n  - a.b\ncollections:\n  - a.b\n',
    'line 1: expected only the key collections, found "collection"',
  ],
  [
    'a float version',
    collections('{name: a.b, version: 1.10}'),
    'line 2, entry 1 (a.b): version: expected a range in quotes, found the number 1.10; write "1.10", or it may lose digits',
  ],
  [
    'an integer version',
    collections('{name: a.b, version: 3}'),
    'line 2, entry 1 (a.b): version: expected a range in quotes, found the number 3; write "3", or it may lose digits',
  ],
  [
    'an empty version',
    collections('{name: a.b, version: }'),
    'line 2, entry 1 (a.b): version: expected a range in quotes, found nothing',
  ],
  [
    'a wrong range',
    collections('{name: a.b, version: ">=1.0 <2.0"}'),
    'line 2, entry 1 (a.b): version: expected a term such as *, 1.2.3, >=1.2 or ~1.2, found ">=1.0 <2.0" in ">=1.0 <2.0"',
  ],
  [
    'a version in the name',
    collections('a.b:1.0.0'),
    'line 2, entry 1 (a.b:1.0.0): expected <namespace>.<collection>, found "a.b:1.0.0"; the version goes into a key of its own',
  ],
  [
    'a name without namespace',
    collections('general'),
    'line 2, entry 1 (general): expected <namespace>.<collection>, found "general"',
  ],
  [
    'no name',
    collections('{version: "1.0"}'),
    'line 2, entry 1: name: expected <namespace>.<collection>, found nothing',
  ],
  [
    'an unknown key',
    collections('{name: a.b, verison: "1.0"}'),
    'line 2, entry 1 (a.b): expected only name, version, source, signatures, type, found the key "verison"',
  ],
  [
    'a git repository',
    collections('git@github.com:ansible-collections/x.git'),
    'line 2, entry 1 (git@github.com:ansible-collections/x.git): expected <namespace>.<collection>, found "git@github.com:ansible-collections/x.git"; only what a Galaxy server has can be mirrored',
  ],
  [
    'the type url',
    collections('{name: "https://x.test/a-b-1.0.0.tar.gz", type: url}'),
    'line 2, entry 1 (https://x.test/a-b-1.0.0.tar.gz): type: expected galaxy, found "url"; only what a Galaxy server has can be mirrored',
  ],
  [
    'a server by its name in ansible.cfg',
    collections('{name: a.b, source: my_hub}'),
    'line 2, entry 1 (a.b): source: expected the http or https URL of a Galaxy, found "my_hub"',
  ],
  [
    'two sources of one collection',
    collections(
      '{name: a.b, version: "1.0.0"}',
      '{name: a.b, version: "2.0.0", source: "https://hub.test/api/"}',
    ),
    `entry 2 (a.b): expected the source of entry 1, ${SERVER}, found https://hub.test/api/`,
  ],
  [
    'the same entry twice',
    collections('a.b', '{name: a.b, version: "*"}'),
    'line 3, entry 2 (a.b): expected each range once, found it in entry 1, too',
  ],
  [
    'a key twice',
    'collections:\n  - name: a.b\n    name: a.c\n',
    'line 3: not YAML: Map keys must be unique',
  ],
  ['a tab', 'collections:\n\t- a.b\n', 'line 2: not YAML: Tabs are not allowed as indentation'],
  [
    'two documents',
    'collections:\n  - a.b\n---\n',
    'line 3: not YAML: expected one document, found more (---)',
  ],
  [
    'a merge key',
    collections('{name: a.b, <<: {version: "1.0"}}'),
    'line 2, entry 1 (a.b): expected no merge key (<<); write the keys out',
  ],
  [
    'wrong signatures',
    collections('{name: a.b, signatures: [1]}'),
    'line 2, entry 1 (a.b): signatures: expected addresses, found the number 1',
  ],
  [
    'Latin-1',
    Buffer.from('collections: # für\n', 'latin1'),
    'expected UTF-8, found other bytes; save the file as UTF-8',
  ],
  [
    'too many bytes',
    `#${'x'.repeat(131_072)}`,
    'expected at most 131072 bytes, found 131073; use several mirrors',
  ],
];

describe('a requirements file is refused for', () => {
  it.each(REFUSED)('%s', (_, body, message) => {
    expect(() => parse(body)).toThrow(
      expect.objectContaining({ code: 'REQUIREMENTS_INVALID', message: `requirements.yml: ${message}` }),
    );
  });

  it.each(REFUSED)('%s, as the README says', (_, __, message) => {
    expect(README).toContain(`| ${message.replaceAll('|', '\\|').replaceAll('\n', ' ⏎ ')} |`);
  });

  it('all that is wrong with it, in one message', () => {
    const body = collections('a', 'a.b', '{name: c.d, version: 1.0}');

    expect(() => parse(body)).toThrow(
      'requirements.yml: 2 problems: line 2, entry 1 (a): expected <namespace>.<collection>, found "a"; ' +
        'line 4, entry 3 (c.d): version: expected a range in quotes, found the number 1.0; write "1.0", or it may lose digits',
    );
  });

  it('more than a message holds, with their number', () => {
    const body = collections(...Array.from({ length: 30 }, () => 'a'));

    expect(() => parse(body)).toThrow(/30 problems: (?:line [^;]*; ){10}and 20 more$/);
  });

  it('an alias bomb, unexpanded and at once', () => {
    const levels = Array.from({ length: 25 }, (_, n) => `- &l${n + 1} [*l${n}, *l${n}, *l${n}]\n`);
    const body = `collections:\n- &l0 [x]\n${levels.join('')}`;
    const started = performance.now();

    expect(() => parse(body)).toThrow('26 problems');
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('more aliases than are looked up', () => {
    const aliased = Array.from({ length: 101 }, (_, n) => `{name: a.c${n}, version: *v}`);
    const body = collections('{name: a.b, version: &v "1.0"}', ...aliased);

    expect(() => parse(body)).toThrow('expected at most 100 aliases, found more');
  });

  it('nesting that no reader survives, with a message', () => {
    expect(() => parse(`collections: ${'['.repeat(100_000)}`)).toThrow('at most 100 brackets');
  });
});
