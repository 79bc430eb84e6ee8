import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ScratchFile, scratchFile } from '../../shared/scratch-file.ts';

let path: string;
let reads = 0;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'smallbatch-scratch-'));
  reads = 0;
});
afterEach(() => rm(path, { recursive: true }));

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

async function* given(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('abc');
}

// biome-ignore lint/correctness/useYield: it has nothing to give
async function* thrown(): AsyncGenerator<Uint8Array> {
  throw new Error('the store is gone');
}

async function take(text: string, sha256?: string, maxBytes = 100): Promise<ScratchFile> {
  async function* read(): AsyncGenerator<Uint8Array> {
    reads += 1;
    yield Buffer.from(text);
  }
  const signal = new AbortController().signal;
  return await scratchFile({ name: 'a.pdf', bytes: text.length, sha256, read }, { path, maxBytes, signal });
}

test('a file is named by its SHA-256, and read once where that is known', async () => {
  const first = await take('abc');
  const second = await take('abc', first.sha256);

  expect(first).toEqual({ path: join(path, digest('abc')), sha256: digest('abc') });
  expect(second).toEqual(first);
  expect(await readFile(first.path, 'utf8')).toBe('abc');
  expect(reads).toBe(1);
});

test('other bytes than promised are refused and not kept', async () => {
  await expect(take('abc', digest('abd'))).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });

  expect(await readdir(path)).toEqual([]);
});

test.each([
  ['a read that was given up', given, AbortSignal.abort(new Error('given up'))],
  ['a source that throws at once', thrown, new AbortController().signal],
])('%s leaves no partial file', async (_, read, signal) => {
  const taking = scratchFile({ name: 'a.pdf', bytes: 3, read }, { path, maxBytes: 100, signal });

  await expect(taking).rejects.toThrow();
  expect(await readdir(path)).toEqual([]);
});

test('a file over the limit is refused unread', async () => {
  await expect(take('abcd', undefined, 3)).rejects.toMatchObject({ code: 'ITEM_TOO_LARGE' });

  expect(reads).toBe(0);
});

test('the files used longest ago make room', async () => {
  for (const text of ['aaaa', 'bbbb', 'cccc']) await take(text, undefined, 8);

  expect((await readdir(path)).sort()).toEqual([digest('bbbb'), digest('cccc')].sort());
});
