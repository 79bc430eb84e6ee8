/** A server quotes the token that it was sent wherever it can; then all that a run leaves behind is searched for it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type GalaxyUpstream, startGalaxyUpstream } from '../support/galaxy/upstream.ts';

const MAIN = resolve(import.meta.dirname, '..', '..', 'infra', 'cli', 'main.ts');
const PLANTED = 'PLANTED-3f9c1d7e5b2a48606d1c';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** Whole, its half, in other case, and as other spellings begin. */
const TRACES = [
  PLANTED.slice(0, 16).toLowerCase(),
  base64(PLANTED).slice(0, 20).toLowerCase(),
  base64(`u:${PLANTED}`).slice(4, 24).toLowerCase(),
  Buffer.from(PLANTED).toString('hex').slice(0, 24),
];
const QUOTES = [
  PLANTED,
  PLANTED.toUpperCase(),
  base64(PLANTED),
  base64(`u:${PLANTED}`),
  JSON.stringify({ a: PLANTED }),
];

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });
let upstream: GalaxyUpstream;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smallbatch-attack-'));
  upstream = await startGalaxyUpstream({
    collections: ['good', 'wrong', 'other'].map((name) => ({ namespace: 'test', name, versions: ['1.0.0'] })),
    access: { token: PLANTED },
    oddly: { rewrite: quote },
  });
  await writeFile(join(folder, 'requirements.yml'), 'collections: [test.good, test.wrong, test.other]\n');
  await writeFile(join(folder, 'token'), PLANTED);
});
afterAll(async () => {
  await upstream?.[Symbol.asyncDispose]();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** In what is kept of a good version, in a version of another shape, and in a list that is none. */
function quote(path: string, document: Record<string, unknown>): unknown {
  if (/\/good\/versions\/[^/]+\/$/.test(path))
    return {
      ...document,
      requires_ansible: PLANTED,
      metadata: { ...Object(document.metadata), tags: QUOTES },
    };
  if (/\/wrong\/versions\/[^/]+\/$/.test(path)) return { ...document, name: QUOTES.join(' '), version: 7 };
  if (/\/other\/versions\//.test(path)) return { error: `token ${PLANTED} is of another realm`, QUOTES };
  return document;
}

test('a token that its server quotes is in no state, result, log, report or line of the terminal', async () => {
  const out = join(folder, 'out');
  const state = join(folder, 'state');
  const args = [
    'run',
    join(folder, 'requirements.yml'),
    '--name',
    'm',
    '--state',
    state,
    '--out',
    out,
    '--json',
  ];
  const options = [`server=${upstream.server}`, 'token=hub'].flatMap((option) => ['--option', option]);
  const child = spawn(
    process.execPath,
    [MAIN, ...args, ...options, '--secret', `hub=${join(folder, 'token')}`, '--allow-host', upstream.host],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');

  expect(output).toMatch(/"state":"completed_with_failures"/);
  expect(code).toBe(3);
  expect(upstream.count(/good/)).toBeGreaterThan(0);
  expect(TRACES.filter((trace) => output.toLowerCase().includes(trace))).toEqual([]);
  const searched = await search([out, state]);
  console.log(`searched ${searched.files} files, ${(searched.bytes / 1e6).toFixed(1)} MB`);
  expect(searched.found).toEqual([]);
  expect(searched.files).toBeGreaterThan(20);
  expect(output).toContain('[secret]');
});

async function search(folders: readonly string[]) {
  const seen = { files: 0, bytes: 0, found: [] as string[] };
  for await (const file of filesOf(folders)) {
    const text = (await readFile(file, 'latin1')).toLowerCase();
    seen.files++;
    seen.bytes += text.length;
    seen.found.push(...TRACES.filter((trace) => text.includes(trace)).map((trace) => `${file}: ${trace}`));
  }
  return seen;
}

async function* filesOf(folders: readonly string[]): AsyncGenerator<string> {
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries) if (entry.isFile()) yield join(entry.parentPath, entry.name);
  }
}
