/** What a person may type, or be handed, that must not end in a stack, in state, or in a log. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = resolve(import.meta.dirname, '..', '..', 'infra', 'cli', 'main.ts');
const PLANTED = 'PLANTED-3f9c1d7e5b2a48606d1c';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smallbatch-attack-'));
  await writeFile(join(folder, 'requirements.yml'), 'collections: [a.b]\n');
  await writeFile(join(folder, 'token'), PLANTED);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  const state = join(folder, 'state');
  const child = spawn(
    process.execPath,
    [MAIN, 'run', join(folder, 'requirements.yml'), '--state', state, ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code, output };
}

test.each([
  [
    'the value of a token in its name’s place',
    ['--option', `token=${PLANTED}`],
    'option token: expected the name of a secret',
  ],
  [
    'a secret that no option names',
    ['--secret', `hub=${'token'}`],
    '--secret hub: expected an option (token, keyring)',
  ],
  [
    'a secret’s file that is not there',
    ['--option', 'token=hub', '--secret', 'hub=/none'],
    '--secret hub: expected a file that can be read',
  ],
])('%s is wrong usage, in one sentence, and nothing is stored', async (_name, args, sentence) => {
  const { code, output } = await run(...args);

  expect(output).toContain(sentence);
  expect(output).not.toContain(PLANTED);
  expect(output).not.toMatch(/\n\s+at /);
  expect(code).toBe(2);
  expect(await readdir(folder)).not.toContain('state');
});
