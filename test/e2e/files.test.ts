import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { LocalStack } from '../../infra/local/local-stack.ts';
import {
  bytesOf,
  type FileServer,
  manifestOf,
  type ServedFile,
  startFileServer,
} from '../support/http/file-server.ts';
import { readResult, runAgain, runList, uploadList } from '../support/kinds/list-run.ts';
import { startTestStack, synthTestStack, type TestStack } from '../support/stack/local-stack.ts';
import { readManifest, waitForEnd } from '../support/stack/toy-run.ts';

const CLASSES = ['ok', 'flaky', 'cut', 'norange', 'moved', 'gzip', 'wrong', 'gone'];
const FILES: ServedFile[] = CLASSES.flatMap((each) => [
  { path: `${each}/a b, ä.bin`, size: 20_000 },
  { path: `${each}/dir/c.bin`, size: 3 },
  { path: `${each}/empty`, size: 0 },
]);
const BIG: ServedFile = { path: 'ok/big.bin', size: 300_000 };
/** It has ranges, and other bytes than the manifest says. */
const BIG_WRONG: ServedFile = { path: 'changed/big.bin', size: 200_000 };
const PART = 65_536;
let server: FileServer;
let synthesised: TestStack;
let stack: LocalStack;

vi.setConfig({ testTimeout: 150_000, hookTimeout: 150_000 });
beforeAll(async () => {
  server = await startFileServer([...FILES, BIG, BIG_WRONG]);
  synthesised = await synthTestStack([], { allowedHosts: { files: ['127.0.0.1'] } });
  stack = await startTestStack(synthesised);
});
afterAll(async () => {
  await stack?.stop();
  await synthesised?.remove();
  await server?.[Symbol.asyncDispose]();
});

const isBroken = ({ path, size }: ServedFile): boolean =>
  path.startsWith('gone') || (path.startsWith('wrong') && size > 0);

test('every file is checked, broken ones fail alone, the fresh manifest has the others, a second run asks for no good one', async () => {
  const list = await uploadList('files/faults/PULP_MANIFEST', manifestOf(FILES), { baseUrl: server.origin });

  const run = await waitForEnd(list.id, 120);
  const asked = new Map(server.asked);
  const again = await runAgain(list, 2);

  const good = FILES.filter((file) => !isBroken(file));
  const failed = (await readManifest(run)).filter(({ status }) => status === 'failed');
  expect(run.items).toEqual({ total: 24, ok: 19, failed: 5, unchanged: 0 });
  expect(failed.map(({ failure }) => failure?.code).toSorted()).toEqual([
    ...Array(2).fill('CHECKSUM_MISMATCH'),
    ...Array(3).fill('UPSTREAM_MISSING'),
  ]);
  for (const file of good) {
    const text = await readResult(`files/faults/${file.path}`);
    expect(createHash('sha256').update(text).digest('hex'), file.path).toBe(
      createHash('sha256').update(bytesOf(file).toString()).digest('hex'),
    );
  }
  expect((await readResult('files/faults/PULP_MANIFEST')).split('\n').toSorted()).toEqual(
    manifestOf(good).split('\n').toSorted(),
  );
  expect(again.items).toMatchObject({ ok: 0, failed: 5, unchanged: 19 });
  for (const { path } of good) expect(server.asked.get(path), path).toBe(asked.get(path));
});

test('a download that broke goes on from where it broke', () => {
  expect(server.asked.get('cut/a b, ä.bin 10000-')).toBe(1);
});

test('a large file is fetched in parts; those that are had are not asked for again when a function is killed', async () => {
  let isKilled = false;
  server.beforeAnswer = async ({ headers }) => {
    if (headers.range !== `bytes=${3 * PART}-${4 * PART - 1}` || isKilled) return;
    isKilled = true;
    for (const { function: name, pid } of stack.lambda.instances())
      if (name.startsWith('process-files') && pid !== undefined) process.kill(pid, 'SIGKILL');
  };

  const options = { baseUrl: server.origin, partBytes: PART };
  const run = await runList('files/big/PULP_MANIFEST', manifestOf([BIG, BIG_WRONG]), options);

  const bytes = await readResult('files/big/ok/big.bin');
  const askedFor = [...server.asked].filter(([name]) => name.startsWith('ok/big.bin '));
  expect(isKilled).toBe(true);
  expect(run.items).toEqual({ total: 2, ok: 1, failed: 1, unchanged: 0 });
  expect((await readManifest(run)).find(({ status }) => status === 'failed')?.failure?.code).toBe(
    'CHECKSUM_MISMATCH',
  );
  expect(bytes).toBe(bytesOf(BIG).toString());
  // a probe, and five parts, of which those of the killed function's cluster were asked for twice at the most
  expect(askedFor).toHaveLength(6);
  expect(askedFor.filter(([, times]) => times > 2)).toEqual([]);
});

test('hostile names fail alone, and nothing is written outside', async () => {
  const [sha, size] = ['ab'.repeat(32), 5];
  const names = [
    '../../x',
    '/abs',
    'a/../../x',
    'dir/',
    'n'.repeat(1100),
    'PULP_MANIFEST',
    'a\u202etxt',
    'c:\\x',
  ];
  const text = names.map((name) => `${name},${sha},${size}\n`).join('');

  const run = await runList('files/hostile/PULP_MANIFEST', text, { baseUrl: server.origin });

  expect(run.items).toEqual({ total: 8, ok: 0, failed: 8, unchanged: 0 });
  const codes = (await readManifest(run)).map(({ failure }) => failure?.code);
  expect(new Set(codes)).toEqual(new Set(['LIST_LINE_INVALID', 'KEY_TOO_LONG', 'KEY_RESERVED']));
});

test('two URLs of one basename are two files; a path twice is refused at its second line, the same line left out', async () => {
  const [file] = FILES;
  const [, sha] = /,([0-9a-f]{64}),/.exec(manifestOf(file ? [file] : [])) ?? [];
  const url = `${server.origin}ok/a%20b%2C%20%C3%A4.bin`;
  const rows = [
    { url, sha256: sha },
    { url: url.replace('ok/', 'norange/'), sha256: sha },
    { url, sha256: sha },
    { url: `${server.origin}ok/dir/c.bin`, name: 'x' },
    { url: `${server.origin}norange/dir/c.bin`, name: 'x', sha256: sha },
  ];

  const run = await runList(
    'files/rows/list.jsonl',
    rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    {},
  );

  expect(run.items).toEqual({ total: 4, ok: 3, failed: 1, unchanged: 0 });
  expect(run.omitted).toEqual({ 'repeated lines': 1 });
  const failed = (await readManifest(run)).find(({ status }) => status === 'failed');
  expect(failed?.failure?.message).toContain('line 5, byte');
});

test('an address that the config does not allow is refused', async () => {
  const run = await runList('files/private/list.txt', 'http://127.0.0.2:9/x\nfile:///etc/passwd\n', {});

  const codes = (await readManifest(run)).map(({ failure }) => failure?.code);
  expect(codes.toSorted()).toEqual(['ADDRESS_REFUSED', 'LIST_LINE_INVALID']);
});
