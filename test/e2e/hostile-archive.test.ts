import { expect, test } from 'vitest';
import { runSource } from '../support/run-lines.ts';
import { buildZip, type MemberSpec } from '../support/zip-builder.ts';

const GOOD = 2000;
const SYMLINK = 0o120777 * 0x10000;
const manifest: MemberSpec = { name: 'imsmanifest.xml', data: '<manifest><resources/></manifest>' };
const good = (n: number): MemberSpec => ({
  name: `web_resources/good-${n}.txt`,
  data: `text ${n}`,
  method: 8,
});

/** One of each kind of bad member, with what its failure must say. */
const BAD: readonly (readonly [MemberSpec, RegExp])[] = [
  [{ name: 'web_resources/crc.txt', data: 'right', stored: Buffer.from('wrong') }, /CRC/i],
  [
    { name: 'web_resources/garbage.txt', method: 8, data: 'x', stored: Buffer.from([0xff, 0xff, 0xff]) },
    /inflate|deflate|data/i,
  ],
  [{ name: 'web_resources/local.txt', data: 'x', local: { name: 'web_resources/other.txt' } }, /local|name/i],
  [{ name: 'web_resources/encrypted.txt', data: 'x', flags: 1 }, /encrypt/i],
  [{ name: 'web_resources/bzip2.txt', data: 'x', method: 12 }, /method|bzip2/i],
  [
    { name: 'web_resources/link.txt', data: '/etc/passwd', externalAttributes: SYMLINK },
    /symlink|symbolic|link/i,
  ],
  [{ name: '../escape.txt', data: 'x' }, /\.\./],
  [{ name: '/absolute.txt', data: 'x' }, /absolute/i],
  [{ name: 'web_resources/good-0.txt', data: 'again' }, /duplicate|twice|same|already/i],
  [{ name: 'web_resources/bomb.txt', data: Buffer.alloc(8 << 20), method: 8 }, /ratio|times/i],
];

test('an archive with one of each bad member: the good ones are converted, each bad one is named with its reason', async () => {
  const members = [
    manifest,
    ...Array.from({ length: GOOD }, (_, n) => good(n)),
    ...BAD.map(([member]) => member),
  ];

  const run = await runSource({
    kind: 'canvas',
    modules: [],
    name: 'hostile.imscc',
    body: buildZip({ members }),
  });

  expect(run.state).toBe('completed_with_failures');
  const converted = run.results.filter(
    ({ id, status }) => status === 'ok' && id.startsWith('web_resources/good-'),
  );
  expect(converted).toHaveLength(GOOD);
  const failures = run.results.filter(({ status }) => status === 'failed');
  expect(failures).toHaveLength(BAD.length);
  for (const [{ name }, reason] of BAD) {
    const messages = failures
      .filter(({ id }) => id.includes(String(name)))
      .map(({ failure }) => failure?.message);
    expect(messages, String(name)).toEqual([expect.stringMatching(reason)]);
  }
}, 180_000);

test('an archive that breaks a rule as a whole fails at split with one clear error, and nothing is queued', async () => {
  const body = buildZip({
    members: [manifest, good(1)],
    suffix: Buffer.from('PK\x05\x06 another end record'),
  });

  const run = await runSource({ kind: 'canvas', modules: [], name: 'refused.imscc', body });

  expect(run.state).toBe('failed');
  expect(run.failure).toMatchObject({
    code: 'ZIP_INVALID',
    message: expect.stringMatching(/end record|trailing|end of/i),
  });
  expect(run.functions.find(({ name }) => name.startsWith('process-canvas'))?.invocations).toBe(0);
});
