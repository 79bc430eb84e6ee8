import { describe, expect, test } from 'vitest';
import { assertPublic, assertReachable, isAllowed, toTarget } from '../../../shared/http/address.ts';

describe('what a URL says itself', () => {
  test.each([
    ['http://127.0.0.1/', 'loopback'],
    ['http://2130706433/', 'loopback'],
    ['http://0x7f.1/', 'loopback'],
    ['http://0177.0.0.1/', 'loopback'],
    ['http://127.1./', 'loopback'],
    ['http://0/', 'unspecified'],
    ['http://169.254.169.254/latest/meta-data', 'linkLocal'],
    ['http://10.1.2.3/', 'private'],
    ['http://172.31.0.1/', 'private'],
    ['http://192.168.0.1:8080/', 'private'],
    ['http://100.64.0.1/', 'carrierGradeNat'],
    ['http://224.0.0.1/', 'multicast'],
    ['http://255.255.255.255/', 'broadcast'],
    ['http://198.18.0.1/', 'reserved'],
    ['http://[::1]/', 'loopback'],
    ['http://[::]/', 'unspecified'],
    ['http://[::ffff:169.254.169.254]/', 'linkLocal'],
    ['http://[::127.0.0.1]/', 'not global'],
    ['http://[fd00:ec2::254]/', 'uniqueLocal'],
    ['http://[fe80::1]/', 'linkLocal'],
    ['http://[64:ff9b::a00:1]/', 'rfc6052'],
    ['http://[2002:7f00:1::]/', '6to4'],
    ['http://168.63.129.16/machine?comp=goalstate', 'cloud platform'],
    ['http://2822734096/', 'cloud platform'],
    ['http://0xa83f8110/', 'cloud platform'],
    ['http://[::ffff:168.63.129.16]:32526/', 'cloud platform'],
    ['http://[::168.63.129.16]/', 'not global'],
    ['http://[64:ff9b::168.63.129.16]/', 'rfc6052'],
    ['http://[64:ff9b:1::168.63.129.16]/', 'rfc6052'],
    ['http://[2002:a83f:8110::1]/', '6to4'],
    ['http://[2001:0:a83f:8110::1]/', 'teredo'],
    ['http://100.100.100.200/latest/meta-data/', 'carrierGradeNat'],
    ['http://192.0.0.192/latest/', 'reserved'],
    ['http://192.0.0.170/', 'reserved'],
    ['http://169.254.170.2/v2/credentials', 'linkLocal'],
    ['http://169.254.42.42/conf', 'linkLocal'],
    ['http://[fd00:c1::a9fe:a9fe]/', 'uniqueLocal'],
    ['http://[fd20:ce::254]/', 'uniqueLocal'],
    ['http://[fec0::1]/', 'deprecatedSiteLocal'],
    ['http://[5f00::1]/', 'segmentRouting'],
    ['http://[100::1]/', 'discard'],
    ['file:///etc/passwd', 'begins with file:'],
    ['ftp://example.com:21/', 'begins with ftp:'],
  ])('%s is refused', (url, reason) => {
    expect(() => assertReachable(new URL(url), [])).toThrow(
      expect.objectContaining({ code: 'ADDRESS_REFUSED', message: expect.stringContaining(reason) }),
    );
  });

  test.each([
    'http://93.184.216.34/',
    'https://[2606:4700::1111]/',
    'https://galaxy.ansible.com/',
    'http://localhost/',
  ])('%s passes (a name is judged when it is looked up)', (url) =>
    expect(() => assertReachable(new URL(url), [])).not.toThrow(),
  );
});

test.each([
  ['http://127.0.0.1:8080/', ['127.0.0.1'], true],
  ['http://127.0.0.1:8080/', ['127.0.0.1:8080'], true],
  ['http://127.0.0.1:8081/', ['127.0.0.1:8080'], false],
  ['http://2130706433:8080/', ['127.0.0.1:8080'], true],
  ['https://Hub.Local./', ['hub.local'], true],
  ['https://hub.local/', ['HUB.local:443'], true],
  ['https://evil.hub.local/', ['hub.local'], false],
  ['http://[::1]:80/', ['::1'], true],
  ['http://[::1]:8080/', ['[::1]:8080'], true],
  ['http://[::1]:8080/', ['[::1]:80'], false],
  ['http://127.0.0.1/', [], false],
])('%s with %j allowed: %s', (url, allowed, expected) => {
  expect(isAllowed(toTarget(new URL(url)), allowed)).toBe(expected);
});

test('a refused address is named with the name that led to it', () => {
  expect(() => assertPublic('10.0.0.7', { host: 'intern.example', port: 443 })).toThrow(
    'intern.example (10.0.0.7): expected a public address, found a private one; the config can allow intern.example:443',
  );
});
