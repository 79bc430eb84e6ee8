import { expect, test } from 'vitest';
import { runSource } from '../support/stack/run-lines.ts';
import { buildZip, type MemberSpec } from '../support/zip/builder.ts';

const GOOD = 2000;
const SYMLINK = 0o120777 * 0x10000;
const LOST = 'web_resources/lost.txt';
const manifest: MemberSpec = {
  name: 'imsmanifest.xml',
  data: `<manifest><resources><resource identifier="l" type="webcontent"><file href="${LOST}"/></resource></resources></manifest>`,
};
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
  [
    { name: 'web_resources/bomb.docx', data: zipBomb('word/document.xml'), method: 8 },
    /not a readable document/,
  ],
  [{ name: 'web_resources/deep.xml', data: '<a>'.repeat(5000), method: 8 }, /deep|nested|levels/],
];

/** Text that does not compress so well that the zip reader takes it for a bomb. */
function pieces(chars: number): string {
  const words = Array.from({ length: chars / 8 }, (_, at) => ((at * 2_654_435_761) >>> 4).toString(36));
  return words.join(' ').slice(0, chars);
}

function zipBomb(name: string): Buffer {
  return buildZip({ members: [{ name, data: Buffer.alloc(64 << 20), method: 8 }] });
}

/** A document whose only text is an entity of entities: a billion characters, were it expanded. */
function entityBomb(): Buffer {
  const levels = Array.from({ length: 9 }, (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`);
  const data = `<!DOCTYPE d [<!ENTITY e0 "x">${levels.join('')}]><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>&e9;</w:t></w:r></w:p></w:body></w:document>`;
  return buildZip({ members: [{ name: 'word/document.xml', data, method: 8 }] });
}

/** Not failures: what can be read of them is, and entities stay as they are written. */
const HARMLESS: readonly MemberSpec[] = [
  { name: 'web_resources/page.html', data: `<p>${pieces(50 << 20)}</p>`, method: 8 },
  { name: 'web_resources/entities.docx', data: entityBomb(), method: 8 },
  { name: 'course_settings/module_meta.xml', data: '<modules><module><title>M</wrong>', method: 8 },
  { name: 'course_settings/files_meta.xml', data: '<fileMeta><files><file', method: 8 },
  {
    name: 'web_resources/bomb.xml',
    data: `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(1000)}"><!ENTITY b "${'&a;'.repeat(1000)}">]><x>${'&b;'.repeat(1000)}</x>`,
    method: 8,
  },
];

test('an archive with one of each bad member: the good ones are converted, each bad one is named with its reason', async () => {
  const members = [
    manifest,
    ...Array.from({ length: GOOD }, (_, n) => good(n)),
    ...BAD.map(([member]) => member),
    ...HARMLESS,
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
  expect(failures.find(({ id }) => id === LOST)?.failure?.code).toBe('MEMBER_MISSING');
  expect(failures.map(({ id }) => id).filter((id) => id !== LOST)).toHaveLength(BAD.length);
  for (const [{ name }, reason] of BAD) {
    const messages = failures
      .filter(({ id }) => id.includes(String(name)))
      .map(({ failure }) => failure?.message);
    expect(messages, String(name)).toEqual([expect.stringMatching(reason)]);
  }
  for (const { name } of HARMLESS)
    expect(run.results.find(({ id }) => id === name)?.status, String(name)).toBe('ok');
  expect(run.functions.filter(({ kills }) => kills > 0)).toEqual([]);
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
