import { expect, test } from 'vitest';
import { parseConfig } from '../../../infra/config.ts';
import { grantsOf, privateHostsOf, serversOf } from '../../../infra/config-hosts.ts';
import { assertGranted } from '../../../shared/aws/secret-grant.ts';
import type { SecretUse } from '../../../shared/kind.ts';
import { readToken } from '../../../shared/kinds/galaxy/token.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub-AbCdEf';
const parse = (galaxy: { secrets: object; hosts?: object }) =>
  parseConfig({ secrets: { galaxy: galaxy.secrets }, hosts: { galaxy: galaxy.hosts ?? {} } });

const config = parse({
  secrets: {
    plain: ARN,
    hub: { arn: ARN, use: 'token' },
    keys: { arn: ARN, use: 'keyring' },
  },
  hosts: {
    'hub.internal:8443': { secrets: ['hub'], isPrivate: true },
    'old.internal:8080': { secrets: ['hub'], scheme: 'http' },
    'hub.example.org': { secrets: ['hub'] },
    '[2001:db8::1]:8443': { secrets: ['hub'] },
    'other.example.org': {},
  },
});

test.each([
  ['hub', 'https://hub.example.org/api/', 'goes'],
  ['hub', 'https://hub.example.org:443/', 'goes'],
  ['hub', 'https://HUB.example.org/', 'goes'],
  ['hub', 'http://hub.example.org/', 'ADDRESS_REFUSED'],
  ['hub', 'https://hub.example.org:8443/', 'ADDRESS_REFUSED'],
  ['hub', 'https://hub.internal:8443/', 'goes'],
  ['hub', 'http://hub.internal:8443/', 'ADDRESS_REFUSED'],
  ['hub', 'https://hub.internal/', 'ADDRESS_REFUSED'],
  ['hub', 'http://old.internal:8080/', 'goes'],
  ['hub', 'https://old.internal:8080/', 'ADDRESS_REFUSED'],
  ['hub', 'https://[2001:db8::1]:8443/', 'goes'],
  ['hub', 'https://other.example.org/', 'ADDRESS_REFUSED'],
  ['hub', 'https://hub.example.org@evil.org/', 'ADDRESS_REFUSED'],
  ['hub', 'https://hub.example.org.evil.org/', 'ADDRESS_REFUSED'],
  ['hub', 'ftp://hub.example.org/', 'ADDRESS_REFUSED'],
  ['hub', 'data:text/plain,x', 'ADDRESS_REFUSED'],
  ['hub', 'https://galaxy.ansible.com/api/', 'goes'],
  ['plain', 'https://galaxy.ansible.com/api/', 'goes'],
  ['plain', 'https://galaxy.ansible.com:443/', 'goes'],
  ['plain', 'http://galaxy.ansible.com/', 'ADDRESS_REFUSED'],
  ['plain', 'http://galaxy.ansible.com:1234/', 'ADDRESS_REFUSED'],
  ['plain', 'https://galaxy.ansible.com:1234/', 'ADDRESS_REFUSED'],
  ['plain', 'https://hub.example.org/', 'ADDRESS_REFUSED'],
  ['keys', 'https://galaxy.ansible.com/api/', 'SECRET_MISSING'],
  ['keys', 'https://hub.example.org/', 'SECRET_MISSING'],
])('the secret %s as a token to %s: %s', (name, url, expected) => {
  const wanted = { option: 'token', to: [url], known: ['galaxy.ansible.com'] };

  expect(judge(name, wanted)).toBe(expected);
});

test.each([
  ['keys', 'goes'],
  ['hub', 'SECRET_MISSING'],
  ['plain', 'SECRET_MISSING'],
])('the secret %s as a keyring: %s', (name, expected) => {
  expect(judge(name, { option: 'keyring', to: [] })).toBe(expected);
});

test('one wrong place among right ones is refused', () => {
  const to = ['https://hub.example.org/', 'https://evil.org/token'];

  expect(judge('hub', { option: 'token', to })).toBe('ADDRESS_REFUSED');
});

function judge(name: string, wanted: SecretUse): string {
  const grant = grantsOf('galaxy', config)[name];
  if (!grant) return 'none';
  try {
    assertGranted(grant, `secrets.galaxy.${name}`, wanted);
    return 'goes';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

test('a host may be private without being sent a secret, and the other way round', () => {
  expect(privateHostsOf('galaxy', config)).toEqual(['hub.internal:8443']);
  expect(privateHostsOf('galaxy', { ...config, allowedHosts: { galaxy: ['a.b'] } })).toEqual([
    'a.b',
    'hub.internal:8443',
  ]);
});

const hub = { hub: { arn: ARN, use: 'token' } };
test.each([
  [
    'a secret that is not there',
    hub,
    { h: { secrets: ['hob'] } },
    'hosts.galaxy["h"].secrets[0]: expected a name of secrets.galaxy (hub), found "hob"',
  ],
  [
    'a secret without its use',
    { hub: ARN },
    { h: { secrets: ['hub'] } },
    'hosts.galaxy["h"].secrets[0]: expected secrets.galaxy.hub to be {"arn": …, "use": …}, found an ARN alone',
  ],
  [
    'a use that is none',
    { hub: { arn: ARN, use: 'tocken' } },
    {},
    'secrets.galaxy.hub.use: expected one of token, keyring, found "tocken"',
  ],
  ['a URL for a host', hub, { 'https://h/': {} }, 'expected a host, as name or name:port'],
  ['a path', hub, { 'h/x': {} }, 'expected a host, as name or name:port'],
  ['credentials', hub, { 'u:p@h': {} }, 'expected a host, as name or name:port'],
  ['capitals', hub, { 'Hub.example.org': {} }, 'expected a host, as name or name:port'],
  ['another scheme', hub, { h: { scheme: 'ftp' } }, 'hosts.galaxy.h.scheme'],
  ['an unknown setting', hub, { h: { sekrets: [] } }, 'hosts.galaxy.h'],
  ['no ARN', { hub: 'the-token-itself' }, {}, 'secrets.galaxy.hub'],
])('the config is refused with the key: %s', (_name, secrets, hosts, message) => {
  expect(() => parse({ secrets, hosts })).toThrow(message);
});

test('a token is asked for with every place that it will be sent to', async () => {
  const asked: SecretUse[] = [];
  const options = { token: 'hub', server: 'https://a/api/', authUrl: 'https://b/token' };

  await readToken({
    options: options as Parameters<typeof readToken>[0]['options'],
    secret: async (_, wanted) => {
      asked.push(wanted);
      return 'value';
    },
  });

  expect(asked).toMatchObject([{ option: 'token', to: ['https://a/api/', 'https://b/token'] }]);
});

test('what the config says of a server becomes how it is spoken to, secrets by their ARNs', () => {
  const given = parse({
    secrets: { ca: ARN, login: { arn: `${ARN}2`, use: 'token' } },
    hosts: {
      'hub.internal:8443': {
        ca: 'ca',
        login: 'login',
        proxy: 'http://proxy.internal:3128',
        requestsPerSecond: 5,
      },
      'other.example.org': { isPrivate: true },
    },
  });

  expect(serversOf('galaxy', given)).toEqual([
    {
      origin: 'https://hub.internal:8443',
      proxy: 'http://proxy.internal:3128',
      ca: ARN,
      login: `${ARN}2`,
      requestsPerSecond: 5,
    },
  ]);
});

test('a server whose secret has no such name is an error that names the key', () => {
  expect(() => parse({ secrets: { a: ARN }, hosts: { 'hub.internal': { ca: 'b' } } })).toThrow(
    'hosts.galaxy["hub.internal"].ca: expected a name of secrets.galaxy (a), found "b"',
  );
});
