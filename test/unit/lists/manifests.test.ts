import { expect, test } from 'vitest';
import { toFiles } from '../../../shared/lists/file-rows.ts';
import { readJsonLines } from '../../../shared/lists/jsonl.ts';
import { readChecksums, readPulpManifest } from '../../../shared/lists/manifest-lines.ts';

const SHA = 'ab'.repeat(32);

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

test('PULP_MANIFEST: the last two commas count, blanks go, digests are in lower case', async () => {
  const text = `All/b-3.7,1.txz,${SHA},5\r\nplain.iso, ${SHA.toUpperCase()}, 300\n\nä ö.txt,${SHA},0`;

  const entries = await Array.fromAsync(readPulpManifest(bytesOf(text)));

  expect(entries).toEqual([
    { type: 'file', line: 1, byte: 0, name: 'All/b-3.7,1.txz', sha256: SHA, size: 5 },
    { type: 'file', line: 2, byte: 84, name: 'plain.iso', sha256: SHA, size: 300 },
    { type: 'file', line: 4, byte: 166, name: 'ä ö.txt', sha256: SHA, size: 0 },
  ]);
});

test('a wrong line of a manifest is bad alone', async () => {
  const text = `a,${SHA},1\nnot one\nb,${SHA},-2\nc,${SHA},3\n`;

  const entries = await Array.fromAsync(readPulpManifest(bytesOf(text)));

  expect(entries.map(({ type, line }) => [type, line])).toEqual([
    ['file', 1],
    ['bad', 2],
    ['bad', 3],
    ['file', 4],
  ]);
});

test.each([
  { looks: 'YAML', text: 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a, b, c\n' },
  { looks: 'HTML', text: '<!DOCTYPE html>\n<html><body>502</body></html>\n' },
  { looks: 'XML', text: '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>' },
  { looks: 'JSON', text: '{"message": "not found"}' },
  { looks: 'text', text: 'no such file' },
])('what looks like $looks is no manifest', async ({ looks, text }) => {
  await expect(Array.fromAsync(readPulpManifest(bytesOf(text)))).rejects.toMatchObject({
    code: 'LIST_INVALID',
    message: `line 1, byte 0: the list is not name,sha256,size; it looks like ${looks}`,
  });
});

test('SHA256SUMS: text and binary, names with blanks', async () => {
  const entries = await Array.fromAsync(readChecksums(bytesOf(`${SHA}  a b.txt\n${SHA} *c.bin\n`)));

  expect(entries).toMatchObject([
    { name: 'a b.txt', sha256: SHA },
    { name: 'c.bin', sha256: SHA },
  ]);
});

test('rows name files by URL, with what is known of them', async () => {
  const text = `{"url":"https://a/x","sha256":"${SHA.toUpperCase()}","size":"7","name":""}\n"https://b/y"\n{"uri":"z"}\n`;

  const entries = await Array.fromAsync(toFiles(readJsonLines(bytesOf(text), false)));

  expect(entries).toMatchObject([
    { type: 'file', line: 1, url: 'https://a/x', sha256: SHA, size: 7 },
    { type: 'file', line: 2, url: 'https://b/y' },
    { type: 'bad', line: 3, code: 'LIST_LINE_INVALID' },
  ]);
});
