import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { tempFolder } from '../support/galaxy/mirror.ts';
import { type GalaxyUpstream, startGalaxyUpstream } from '../support/galaxy/upstream.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const MAIN = resolve(import.meta.dirname, '..', '..', 'infra', 'cli', 'main.ts');

let upstream: GalaxyUpstream;
let folder: string;

beforeAll(async () => {
  upstream = await startGalaxyUpstream({
    collections: [{ namespace: 'test', name: 'one', versions: ['1.1.0', '1.0.0'] }],
  });
  folder = await tempFolder('galaxy-cli');
  await writeFile(join(folder, 'requirements.yml'), 'collections: [test.one]\n');
});
afterAll(async () => {
  await upstream?.[Symbol.asyncDispose]();
  if (folder) await rm(folder, { recursive: true, force: true });
});

function start(...args: string[]) {
  return spawn(process.execPath, [MAIN, ...args, '--state', join(folder, 'state')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function smallbatch(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = start(...args);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code, output };
}

async function documentAt(url: string): Promise<Record<string, unknown>> {
  const reply = await fetch(url);
  expect(reply.status).toBe(200);
  return (await reply.json()) as Record<string, unknown>;
}

test('a mirror is made, served beside other runs, and moved, by the command line', async () => {
  const options = [`server=${upstream.server}`, 'docs=false'].flatMap((option) => ['--option', option]);
  const out = join(folder, 'out');
  const made = await smallbatch(
    'run',
    join(folder, 'requirements.yml'),
    '--name',
    'm',
    '--allow-host',
    upstream.host,
    '--out',
    out,
    ...options,
  );
  expect(made).toEqual({ code: 0, output: expect.any(String) });
  const local = JSON.parse(
    await readFile(join(out, 'galaxy/m/v3/collections/test/one/versions/1.0.0/index.html'), 'utf8'),
  );
  upstream.forget();

  const serving = start('serve', 'galaxy/m', '--port', '0');
  const { value: line } = await createInterface({ input: serving.stdout })[Symbol.asyncIterator]().next();
  const url = String(line);
  const path = 'v3/collections/test/one/versions/1.0.0/';
  const before = await documentAt(url + path);
  const moved = await smallbatch('galaxy', 'reindex', 'm', '--base-url', url, '--out', out);
  await new Promise((wait) => setTimeout(wait, 1100));
  const after = await documentAt(url + path);
  const tarball = await fetch(String(after.download_url));
  serving.kill('SIGINT');
  const [code] = await once(serving, 'close');

  expect(local.download_url).toMatch('http://127.0.0.1:8640/galaxy/m/artifacts/');
  expect(before).toEqual(local);
  expect(moved).toEqual({ code: 0, output: expect.any(String) });
  expect(after.download_url).toBe(local.download_url.replace('http://127.0.0.1:8640/galaxy/m/', url));
  expect([tarball.status, Number(tarball.headers.get('content-length'))]).toEqual([
    200,
    (after.artifact as { size: number }).size,
  ]);
  expect(upstream.count()).toBe(0);
  expect(code).toBe(0);
});

test.each([
  [
    ['galaxy', 'reindex', 'nowhere', '--base-url', 'https://x.test/'],
    1,
    'SOURCE_MISSING: expected a source in galaxy/nowhere/',
  ],
  [['galaxy', 'reindex', 'm'], 2, 'base-url'],
  [
    ['galaxy', 'mirror', 'm', '--base-url', 'https://x.test/'],
    2,
    'expected a command, found "galaxy mirror m',
  ],
  [['serve'], 2, 'expected one key-prefix, found none'],
  [['serve', 'galaxy/m', '--port', 'x'], 2, 'port'],
])('smallbatch %j ends with %i', async (args, code, message) => {
  const ended = await smallbatch(...args);

  expect(ended).toEqual({ code, output: expect.stringContaining(message) });
});
