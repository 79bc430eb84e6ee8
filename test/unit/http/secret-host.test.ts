import { expect, test } from 'vitest';
import { assertSecretHost } from '../../../shared/http/secret-host.ts';
import { readToken } from '../../../shared/kinds/galaxy/token.ts';

const judge = (url: string, allowedHosts: string[]): string => {
  try {
    assertSecretHost(url, allowedHosts, ['api.example.com']);
    return 'goes';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};

test.each([
  ['https://api.example.com/v1/', [], 'goes'],
  ['https://API.example.com/v1/', [], 'goes'],
  ['https://evil.example.com/v1/', [], 'ADDRESS_REFUSED'],
  ['https://api.example.com.evil.org/', [], 'ADDRESS_REFUSED'],
  ['https://api.example.com@evil.org/', [], 'ADDRESS_REFUSED'],
  ['http://hub.internal:8080/', ['hub.internal:8080'], 'goes'],
  ['http://hub.internal:9090/', ['hub.internal:8080'], 'ADDRESS_REFUSED'],
  ['ftp://api.example.com/', [], 'ADDRESS_REFUSED'],
])('a secret for %s where %j are allowed: %s', (url, allowedHosts, expected) => {
  expect(judge(url, allowedHosts)).toBe(expected);
});

test.each([
  ['https://galaxy.ansible.com/api/', undefined, 'value'],
  ['https://console.redhat.com/api/', 'https://sso.redhat.com/token', 'value'],
  ['https://evil.org/api/', undefined, 'ADDRESS_REFUSED'],
  ['https://galaxy.ansible.com/api/', 'https://evil.org/token', 'ADDRESS_REFUSED'],
])('the token of a mirror of %s with the sign-on %s: %s', async (server, authUrl, expected) => {
  const options = { server, authUrl, token: 'hub' } as Parameters<typeof readToken>[0]['options'];
  const asked: string[] = [];
  const secret = async (name: string): Promise<string> => {
    asked.push(name);
    return 'value';
  };

  const result = await readToken({ options, allowedHosts: [], secret }).catch(({ code }) => code);

  expect(result).toBe(expected);
  expect(asked).toEqual(expected === 'value' ? ['hub'] : []);
});
